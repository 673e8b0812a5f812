from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0010_course_reviews'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sendermeaning',
            name='meaning_is_of_code_or_unit',
        ),
        migrations.AlterField(
            model_name='sendermeaning',
            name='meaning',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddConstraint(
            model_name='sendermeaning',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('code', 'unit', 'ward', 'bed'))), name='meaning_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='sendermeaning',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ward'), _negated=True), ('context', ''), _connector='OR'), name='ward_is_named_by_itself'),
        ),
    ]
