import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dosing', '0008_rescue_given_after_a_dose'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_kind_is_known',
        ),
        migrations.AlterField(
            model_name='decision',
            name='kind',
            field=models.CharField(choices=[('give', 'Give'), ('release', 'Release the hold'), ('override', 'Give against the hold'), ('hold', 'Hold'), ('stop_cycle', 'Stop this cycle'), ('stop_permanent', 'Stop for good'), ('refute', 'Refute an artefact'), ('reinstate', 'Reinstate after a stop'), ('order_late', 'Give although overdue'), ('delay', 'Delay')], max_length=14),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['give', 'release', 'override', 'hold', 'stop_cycle', 'stop_permanent', 'refute', 'reinstate', 'order_late', 'delay'])), name='decision_kind_is_known'),
        ),
        migrations.CreateModel(
            name='SlotMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_before_at', models.DateTimeField()),
                ('due_after_at', models.DateTimeField()),
                ('is_lost', models.BooleanField(default=False)),
                ('rule', models.CharField(max_length=60)),
                ('rules_sha256', models.CharField(max_length=64)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='dosing.decision')),
                ('dose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='dosing.dose')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('decision', 'dose'), name='slot_moves_once_per_order'), models.CheckConstraint(condition=models.Q(('due_after_at__gt', models.F('due_before_at'))), name='slot_moves_to_a_later_time'), models.CheckConstraint(condition=models.Q(models.Q(('rule', ''), _negated=True), models.Q(('rules_sha256', ''), _negated=True)), name='slot_move_names_its_rule')],
            },
        ),
    ]
