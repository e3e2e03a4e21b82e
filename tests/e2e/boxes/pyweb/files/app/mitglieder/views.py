import sqlite3

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
import pruefziffer

from .models import Mitglied, Puls


def index(request):
    return render(request, "index.html", {"mitglieder": Mitglied.objects.order_by("id")})


def mitglied(request, nummer):
    eins = get_object_or_404(Mitglied, id=nummer)
    with sqlite3.connect(settings.DATABASES["suche"]["NAME"]) as suche:
        treffer = suche.execute("select count(*) from wort where mitglied = ?", (nummer,)).fetchone()[0]
    return JsonResponse({"name": eins.name, "beitrag": str(eins.beitrag), "worte": treffer,
                         "ziffer": pruefziffer.ziffer(nummer)})


@csrf_exempt
def hochladen(request):
    datei = request.FILES["datei"]
    (settings.MEDIA_ROOT / datei.name).write_bytes(datei.read())
    return HttpResponse("ok")


def puls(request):
    return HttpResponse("lebt" if Puls.objects.filter(stand__gt=0).exists() else "wartet")
