from __future__ import annotations

from migrate.model.facts import Site, Sites
from migrate.planning.index import Index
from migrate.planning.leftovers import unused
from tests.planning.hosts import host

OLD, NEW, MODULES = "/srv/app/venv.py37", "/srv/app/venv", "/srv/app/web/node_modules"


def _host(**texts: bytes) -> Index:
    files = {f"{OLD}/pyvenv.cfg": b"", f"{NEW}/pyvenv.cfg": b"", f"{MODULES}/webpack/index.js": b""}
    return host(texts={**files, **{f"/srv/app/{name.replace('_', '.')}": text for name, text in texts.items()}})


def _unused(used: str, **texts: bytes) -> list[str]:
    facts = _host(**texts)
    return list(unused(facts, ["/srv/app"], [used], [path for path in facts.entries if path.count("/") == 3]))


def test_the_virtualenv_of_a_former_python_and_the_front_end_s_tools_stay_behind() -> None:
    assert _unused(f"{NEW}/bin/python", settings_py=b"DEBUG = False\n") == [OLD, MODULES]


def test_where_no_virtualenv_is_seen_to_be_used_none_is_left_behind() -> None:
    assert _unused("/srv/app/run.sh", run_sh=b"#!/bin/sh\nexec true\n") == [MODULES]


def test_a_script_that_enters_an_environment_uses_it() -> None:
    assert _unused("/srv/app/run.sh", run_sh=b"#!/bin/sh\n. venv/bin/activate\n") == [OLD, MODULES]


def test_modules_of_a_program_that_node_runs_are_its_own() -> None:
    assert MODULES not in _unused("/home/x/.nvm/versions/node/v18.1.0/bin/node")
    assert MODULES not in _unused("/srv/app/run.sh", run_sh=b"#!/bin/sh\nexec node server.js\n")


def test_modules_that_are_handed_out_are_needed() -> None:
    assert MODULES not in _unused("/srv/app/x.py", settings_py=b"STATICFILES_DIRS = ['web/node_modules']\n")


def test_a_build_s_own_settings_do_not_count() -> None:
    assert MODULES in _unused("/srv/app/x.py", package_json=b'{"clean": "rm -r node_modules"}')


def test_headers_and_manuals_of_an_unpacked_runtime_stay_behind() -> None:
    files = ("bin/node", "lib/x.js", "include/node/v8.h", "share/man/man1/node.1")
    facts = host(texts={f"/opt/node/{name}": b"" for name in files})
    assert list(unused(facts, ["/opt/node"], [], [])) == ["/opt/node/include/node", "/opt/node/share/man"]


def test_copies_beside_a_file_stay_behind_unless_something_runs_them() -> None:
    facts = host(texts={"/home/anna/shop/app.js": b"", "/home/anna/shop/app.js.bak": b"", "/home/anna/shop/a.js~": b""})
    assert sorted(unused(facts, ["/home/anna/shop"], [], [])) == ["/home/anna/shop/a.js~", "/home/anna/shop/app.js.bak"]
    assert list(unused(facts, ["/home/anna/shop"], ["/home/anna/shop/app.js.bak"], [])) == ["/home/anna/shop/a.js~"]


def test_manuals_and_examples_of_an_unpacked_program_stay_behind_unless_they_are_run() -> None:
    texts = {f"/opt/mq/{name}": b"x" for name in ("LICENSE", "bin/mq", "examples/conf/db.xml", "docs/a.html")}
    texts["/srv/site/docs/config.php"] = b"x"
    found = host(texts=texts)
    assert set(unused(found, ("/opt/mq", "/srv/site"), (), ())) == {"/opt/mq/docs", "/opt/mq/examples"}
    running = ("/opt/mq/examples/conf/db.xml",)
    assert set(unused(found, ("/opt/mq", "/srv/site"), running, ())) == {"/opt/mq/docs"}


def test_what_is_served_or_came_from_a_package_manager_is_no_manual() -> None:
    texts = {f"/srv/pma/{name}": b"x" for name in ("LICENSE", "doc/index.html")}
    texts |= {f"/opt/a/node_modules/spdx/{name}": b"x" for name in ("LICENSE", "licenses/mit.js")}
    served = host(texts=texts, more=(Sites((Site("apache", root="/srv/pma"),)),))
    assert not list(unused(served, ("/srv/pma", "/opt/a"), ("/usr/bin/node",), ()))
