#!/usr/bin/python3
"""stockd: stock levels of the warehouses over HTTP, for the tills. J. Weber 2016, python3 2019."""

import hmac
import json
import logging
import logging.handlers
import os
import signal
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml

HOME = os.path.dirname(os.path.abspath(__file__))
STATE = os.environ.get("STOCKD_STATE", "/var/lib/stockd")
VERSION = "1.4.2"

log = logging.getLogger("stockd")


def database():
    connection = sqlite3.connect(os.path.join(STATE, "stock.db"), timeout=10)
    connection.execute("CREATE TABLE IF NOT EXISTS level (warehouse TEXT, sku TEXT, pieces INTEGER, PRIMARY KEY (warehouse, sku))")
    connection.execute("CREATE TABLE IF NOT EXISTS heartbeat (at INTEGER)")
    return connection


class Stock(BaseHTTPRequestHandler):
    server_version = "stockd/" + VERSION
    sys_version = ""

    def do_GET(self):
        path = self.path.split("?")[0].rstrip("/") or "/"
        if path == "/":
            self.answer(200, {"service": "stockd", "version": VERSION, "warehouses": WAREHOUSES})
        elif path == "/health":
            with database() as db:
                count = db.execute("SELECT count(*) FROM level").fetchone()[0]
            self.answer(200, {"status": "ok", "levels": count})
        elif path == "/levels":
            with database() as db:
                rows = db.execute("SELECT warehouse, sku, pieces FROM level ORDER BY warehouse, sku").fetchall()
            self.answer(200, [{"warehouse": w, "sku": s, "pieces": p} for w, s, p in rows])
        elif path == "/metrics":
            if not hmac.compare_digest(self.headers.get("X-Api-Token", ""), os.environ["STOCKD_API_TOKEN"]):
                self.answer(403, {"error": "token"})
            else:
                self.answer(200, {"uptime": int(time.time() - STARTED), "pid": os.getpid()})
        else:
            self.answer(404, {"error": "not found"})

    def answer(self, status, document):
        body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        log.info("%s %s", self.address_string(), format % args)


def heartbeat():
    while True:
        with database() as db:
            db.execute("INSERT INTO heartbeat VALUES (?)", (int(time.time()),))
            db.execute("DELETE FROM heartbeat WHERE at < ?", (int(time.time()) - 86400,))
        time.sleep(60)


def main():
    handler = logging.handlers.WatchedFileHandler(os.environ.get("STOCKD_LOG", "/var/log/stockd/stockd.log"))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=os.environ.get("STOCKD_LOGLEVEL", "INFO"), handlers=[handler])
    os.environ["STOCKD_API_TOKEN"]  # no service without one
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=heartbeat, daemon=True).start()
    address = os.environ.get("STOCKD_LISTEN", "127.0.0.1"), int(os.environ.get("STOCKD_PORT", "9090"))
    log.info("stockd %s on %s:%s", VERSION, *address)
    ThreadingHTTPServer(address, Stock).serve_forever()


STARTED = time.time()
with open(os.path.join(HOME, "etc", "warehouses.yaml"), encoding="utf-8") as source:
    WAREHOUSES = yaml.safe_load(source)["warehouses"]

if __name__ == "__main__":
    main()
