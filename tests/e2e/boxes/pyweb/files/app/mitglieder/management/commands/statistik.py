import json
import os

from django.core.management.base import BaseCommand
from mitglieder.models import Mitglied


class Command(BaseCommand):
    def handle(self, *args, **options):
        with open(os.environ["STATISTIK_ZIEL"], "w") as ziel:
            json.dump({"anzahl": Mitglied.objects.count()}, ziel)
