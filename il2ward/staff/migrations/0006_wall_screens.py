from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0005_keys_at_an_address'),
    ]

    operations = [
        migrations.AddField(
            model_name='tablet',
            name='is_wall',
            field=models.BooleanField(default=False),
        ),
    ]
