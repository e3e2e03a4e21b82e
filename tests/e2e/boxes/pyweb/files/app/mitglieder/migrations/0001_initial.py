from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Mitglied", [
            ("id", models.AutoField(primary_key=True, auto_created=True)),
            ("name", models.CharField(max_length=80)),
            ("beitrag", models.DecimalField(max_digits=8, decimal_places=2)),
        ]),
        migrations.CreateModel("Puls", [
            ("id", models.AutoField(primary_key=True, auto_created=True)), ("stand", models.IntegerField(default=0)),
        ]),
    ]
