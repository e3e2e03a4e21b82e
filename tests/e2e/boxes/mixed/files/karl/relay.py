#!/usr/bin/python3
"""Answers what it is asked, with a greeting; karl started it by hand in 2019."""
import socketserver

GREETING = open("/home/karl/tools/greeting.txt", "rb").read().strip()


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(GREETING + b" " + self.rfile.readline())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("0.0.0.0", 9099), Talk).serve_forever()
