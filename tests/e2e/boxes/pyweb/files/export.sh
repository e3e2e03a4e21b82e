#!/bin/bash
# Mitgliederliste für die Kassenwartin; gzip seit 2019
set -e
cd /srv/verein/app
. ../venv/bin/activate
python manage.py mitglieder_csv | gzip > /srv/verein/export/mitglieder.csv.gz
