from django.core.management.base import BaseCommand
from mitglieder.models import Mitglied


class Command(BaseCommand):
    def handle(self, *args, **options):
        for eins in Mitglied.objects.order_by("id"):
            self.stdout.write(f"{eins.name};{eins.beitrag}")
