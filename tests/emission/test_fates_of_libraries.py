from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.libraries import Environment, Libraries, Library
from migrate.model.plan import FileChoice, Volume
from tests.emission.sample import captured, emitted, snapshot, sources, workload


def test_libraries_go_where_their_files_go() -> None:
    record = "/opt/app/venv/lib/a.dist-info/METADATA"
    app = workload(
        files=(FileChoice("/opt/app", "a test"),),
        volumes=(Volume("gems", "/var/lib/gems", "data", "copy", 0, 0, 0o755, "a test"),),
    )
    facts = Libraries(
        (
            Library("a", "1", "pip", "/opt/app/venv/lib", seen=record),
            Library("b", "1", "gem", "/var/lib/gems/1", seen="/var/lib/gems/1/specifications/b.gemspec"),
            Library("c", "1", "npm", "/usr/local/lib/node_modules", seen="/usr/local/lib/node_modules/c/package.json"),
        ),
        (Environment("venv", "/opt/app/venv", seen="/opt/app/venv/pyvenv.cfg"),),
    )
    entries = (captured(record), captured("/opt/app/venv/pyvenv.cfg"))
    given = sources(app, seen=snapshot(entries, {}, facts))
    found = {one.fact: (one.fate, one.where) for one in ledger(given, emitted(given).values())}
    assert {fact: fate for fact, fate in found.items() if fact.startswith("libraries:")} == {
        "libraries:pip//opt/app/venv/lib/a": ("carried", "images/app"),
        "libraries:gem//var/lib/gems/1/b": ("carried", "volume gems"),
        "libraries:npm//usr/local/lib/node_modules/c": ("dropped", ""),
        "libraries:environment//opt/app/venv": ("carried", "images/app"),
    }
