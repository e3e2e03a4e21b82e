import os
import sqlite3

path = "/var/lib/inventory/export/items.csv"
os.makedirs(os.path.dirname(path), exist_ok=True)
with sqlite3.connect("/var/lib/inventory/inventory.db", timeout=10) as connection, open(path, "w") as out:
    for row in connection.execute("select name, amount from items order by name"):
        out.write("%s;%d\n" % row)
