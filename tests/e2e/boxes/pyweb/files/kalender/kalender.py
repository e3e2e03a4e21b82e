"""Termine der Nachbarvereine, aus einer Datei."""
from flask import Flask, jsonify, request

app = Flask(__name__)
DATEI = "/srv/kalender/daten/termine.csv"


@app.route("/kalender/")
def termine():
    with open(DATEI, encoding="utf-8") as datei:
        return jsonify([zeile.strip().split(";") for zeile in datei])


@app.route("/kalender/neu", methods=["POST"])
def neu():
    with open(DATEI, "a", encoding="utf-8") as datei:
        datei.write(f"{request.form['was']};{request.form['wann']}\n")
    return "ok"
