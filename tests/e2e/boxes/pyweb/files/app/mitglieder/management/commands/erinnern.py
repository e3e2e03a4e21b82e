from django.conf import settings
from django.core.management.base import BaseCommand
from mitglieder.models import Mitglied


class Command(BaseCommand):
    def handle(self, *args, **options):
        self.stdout.write(f"{Mitglied.objects.filter(beitrag__gt=90).count()} Mahnungen an {settings.EMAIL_HOST}")
