"""The stock list. SQLite below /var/lib/inventory, billing's rates over HTTP."""
import json
import os
import sqlite3

from flask import Flask, jsonify

from invlib.naming import title

DATABASE = os.environ["DATABASE_URL"].replace("sqlite:///", "", 1)
app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]


def rows(query, *values):
    with sqlite3.connect(DATABASE, timeout=10) as connection:
        return connection.execute(query, values).fetchall()


@app.route("/")
def front():
    found = rows("select name, amount from items order by name")
    lines = "".join("<li>%s: %d</li>" % (title(name), amount) for name, amount in found)
    return "<!doctype html><title>Lager</title><ul>%s</ul>" % lines


@app.route("/items.json")
def items():
    return jsonify([{"name": name, "amount": amount} for name, amount in rows("select name, amount from items order by name")])


@app.route("/worker")
def worker():
    found = rows("select rate from worker order by id desc limit 1")
    return jsonify({"alive": bool(found), "rate": found[0][0] if found else None})


@app.route("/health")
def health():
    return json.dumps({"ok": rows("select count(*) from items")[0][0]}), 200, {"Content-Type": "application/json"}
