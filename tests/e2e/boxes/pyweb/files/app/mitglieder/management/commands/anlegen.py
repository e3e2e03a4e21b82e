import sqlite3

from django.conf import settings
from django.core.management.base import BaseCommand
from mitglieder.models import Mitglied


class Command(BaseCommand):
    def handle(self, *args, **options):
        for number in range(1, 41):
            Mitglied.objects.create(name=f"Mitglied {number}", beitrag=number * 3)
        with sqlite3.connect(settings.DATABASES["suche"]["NAME"]) as suche:
            suche.execute("create table wort (mitglied integer, wort text)")
            suche.executemany("insert into wort values (?, ?)", [(number % 40, f"w{number}") for number in range(200)])
