from django.db import models


class Mitglied(models.Model):
    name = models.CharField(max_length=80)
    beitrag = models.DecimalField(max_digits=8, decimal_places=2)


class Puls(models.Model):
    stand = models.IntegerField(default=0)
