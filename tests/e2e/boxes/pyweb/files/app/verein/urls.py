from django.urls import path
from mitglieder import views

urlpatterns = [path("", views.index), path("mitglied/<int:nummer>", views.mitglied), path("hochladen", views.hochladen),
               path("puls", views.puls)]
