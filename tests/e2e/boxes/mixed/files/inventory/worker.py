"""Notes billing's rate every few seconds."""
import os
import signal
import sqlite3
import sys
import time
import urllib.request

from invlib.naming import title

DATABASE = os.environ["DATABASE_URL"].replace("sqlite:///", "", 1)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def turn():
    with urllib.request.urlopen(os.environ["BILLING_URL"] + "rate", timeout=5) as answer:
        rate = answer.read().decode().strip()
    with sqlite3.connect(DATABASE, timeout=10) as connection:
        connection.execute("insert into worker (name, rate) values (?, ?)", (title("rate"), rate))
        connection.execute("delete from worker where id < (select max(id) from worker) - 20")


while True:
    try:
        turn()
    except Exception as error:
        print("worker:", error, flush=True)
    time.sleep(3)
