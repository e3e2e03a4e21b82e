from celery import shared_task
from django.db.models import F

from .models import Puls


@shared_task
def puls():
    """Shows that the clock, the broker, a worker and the database work together."""
    if not Puls.objects.filter(id=1).update(stand=F("stand") + 1):
        Puls.objects.create(id=1, stand=1)
