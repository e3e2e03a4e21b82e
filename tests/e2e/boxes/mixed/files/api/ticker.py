"""Counts in the API's data folder; nothing listens."""
import time

while True:
    with open("/home/deploy/api/data/ticks.txt", "a") as out:
        out.write("tick\n")
    time.sleep(20)
