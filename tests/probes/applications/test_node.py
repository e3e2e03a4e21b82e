from __future__ import annotations

from migrate.model.applications import Component
from tests.probes.applications import found, host, listen, process

TEXTS = {
    "/srv/api/package.json": (
        '{"name": "orders", "version": "1.4.2", "main": "bin/www.js", "engines": {"node": ">=12"},'
        ' "scripts": {"start": "node ."}, "dependencies": {"express": "^4", "lodash": "^4"}}'
    ),
    "/srv/api/bin/www.js": "",
    "/srv/api/node_modules/express/package.json": '{"version": "4.18.2"}',
    "/srv/api/.env": "DB_HOST=db01\nDB_NAME=orders\nDB_USER=o\nDB_PASSWORD=Geheim12\n",
}


def test_a_process_is_what_its_package_json_says() -> None:
    node = process(
        10, "node", "bin/www.js", exe="/usr/bin/node", cwd="/srv/api", environment=(("NODE_ENV", "production"),)
    )
    (one,) = found(
        host(node, texts=TEXTS, sockets=(listen(3000, 10),), packages={"/usr/bin/node": ("nodejs", "12.22.12~dfsg-1")})
    )
    assert (one.kind, one.name, one.version, one.home) == ("node", "orders", "1.4.2", "/srv/api")
    assert (one.runtime, one.ports) == ("node 12.22.12", (3000,))
    assert one.components == (
        Component("express", "4.18.2", "/srv/api/node_modules/express/package.json", "framework"),
    )
    assert one.settings == (
        ("NODE_ENV", "production"), ("engines.node", ">=12"), ("main", "bin/www.js"), ("scripts.start", "node ."),
    )  # fmt: skip
    assert [(each.kind, each.url, each.user) for each in one.resources] == [("database", "db01/orders", "o")]


def test_pm2_and_what_it_keeps() -> None:
    keeper = process(10, "PM2 v5.2.2: God Daemon (/root/.pm2)", exe="/usr/bin/node", name="PM2 v5.2.2: God")
    kept = process(
        11,
        "node /srv/api/bin/www.js",
        exe="/usr/bin/node",
        ppid=10,
        environment=(("pm_exec_path", "/srv/api/bin/www.js"),),
    )
    daemon, one = found(host(keeper, kept, texts=TEXTS))
    assert (daemon.kind, daemon.version, daemon.pids) == ("pm2", "5.2.2", (10,))
    assert (one.name, one.pids) == ("orders", (11,))


def test_a_known_application_has_its_own_kind() -> None:
    node = process(10, "node", "index.js", exe="/usr/bin/node", cwd="/var/www/ghost")
    (one,) = found(host(node, texts={"/var/www/ghost/package.json": '{"name": "ghost", "version": "4.1"}'}))
    assert (one.kind, one.version) == ("ghost", "4.1")


def test_a_manifest_that_is_none_is_no_manifest() -> None:
    node = process(10, "node", "index.js", exe="/usr/bin/node", cwd="/srv/x")
    (one,) = found(host(node, texts={"/srv/x/package.json": "[1, {"}))
    assert (one.kind, one.version, one.home) == ("node", None, "/srv/x")
