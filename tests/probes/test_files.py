"""The files scope from a section's text. What a real server gives is in tests/capture/test_on_a_server.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import Files, Tree
from migrate.probes.files import PROBE
from tests.probes.samples import section


def fields(kind: str = "f", mode: str = "644", uid: int = 0, size: int = 10, target: str = "") -> str:
    return f"{kind}\t{mode}\t{uid}\t0\t{size}\t1700000000.5\t1700000001.5\t{target}"


def parse(**parts: str) -> Files:
    facts = PROBE.parse(section(**{"unmanaged": "", "trees": "", "open": "", **parts})).facts
    assert isinstance(facts, Files)
    return facts


def node(
    path: str, *, count: int = 2, opened: int = 0, logs: int = 0, code: int = 0, uid: int = 0, whole: int = 1
) -> str:
    return f"N\t{count}\t100\t1700000000\t0\t{opened}\t{logs}\t{code}\t{uid}\t0\t755\t1600000000\t{whole}\n{path}\n"


def roles(trees: tuple[Tree, ...]) -> dict[str, str]:
    return {tree.root.path: tree.role for tree in trees}


def test_changed_configuration_has_its_package_and_its_stat() -> None:
    (fact,) = parse(
        configuration="/etc/nginx/nginx.conf\tnginx-common\tchanged",
        stats=f"{fields(mode='640', size=925)}\n/etc/nginx/nginx.conf",
    ).changed_configuration
    assert (fact.path, fact.package, fact.change, fact.mode, fact.size) == (
        "/etc/nginx/nginx.conf", "nginx-common", "changed", 0o640, 925,
    )  # fmt: skip


def test_a_file_of_ucf_without_a_package_gets_that_of_its_directory() -> None:
    (fact,) = parse(
        configuration="/etc/tomcat9/server.xml\t\tchanged",
        stats=f"{fields()}\n/etc/tomcat9/server.xml",
        owners=f"{fields()}\ttomcat9\n/etc/tomcat9/server.xml",
    ).changed_configuration
    assert fact.package == "tomcat9"


def test_missing_configuration_is_a_change() -> None:
    (fact,) = parse(configuration="/etc/cron.d/php\tphp-common\tmissing").changed_configuration
    assert (fact.path, fact.change) == ("/etc/cron.d/php", "missing")


def test_only_suspects_that_differ_are_changed() -> None:
    facts = parse(
        suspects=f"{fields()}\tcoreutils\n/usr/bin/ls\n{fields()}\tcoreutils\n/usr/bin/cat",
        differing="/usr/bin/cat",
        missing=f"{fields()}\tbash\n/usr/bin/rbash",
    ).changed_packaged
    assert [(fact.path, fact.change) for fact in facts] == [("/usr/bin/cat", "changed"), ("/usr/bin/rbash", "missing")]


def test_configuration_that_rpm_knows_is_no_changed_program() -> None:
    facts = parse(suspects=f"{fields()}\thttpd\tc\n/etc/httpd/conf/httpd.conf", differing="/etc/httpd/conf/httpd.conf")
    assert [fact.path for fact in facts.changed_configuration] == ["/etc/httpd/conf/httpd.conf"]
    assert facts.changed_packaged == ()


def test_rpm_tells_of_other_permissions_and_of_configuration_that_is_gone() -> None:
    facts = parse(
        suspects=f"{fields()}\thttpd\tc\n/etc/httpd/a.conf",
        differing="/etc/httpd/a.conf",
        metadata=f"{fields(mode='700')}\tkernel\n/boot/vmlinuz\n{fields()}\thttpd\tc\n/etc/httpd/a.conf",
        missing=f"{fields()}\ttzdata\tc\n/etc/timezone",
    )
    assert [(one.path, one.change, one.mode) for one in facts.changed_packaged] == [
        ("/boot/vmlinuz", "metadata", 0o700)
    ]
    assert [(one.path, one.change) for one in facts.changed_configuration] == [
        ("/etc/httpd/a.conf", "changed"),
        ("/etc/timezone", "missing"),
    ]


def test_a_hostile_name_is_kept_byte_by_byte() -> None:
    name = "/srv/new\x01line\t'quote\" \udcff"
    (tree,) = parse(unmanaged=f"{fields()}\t\n{name}").unmanaged
    assert tree.root.path == "/srv/new\nline\t'quote\" \udcff"


def test_a_name_that_looks_like_a_record_is_a_name() -> None:
    (tree,) = parse(unmanaged=f"{fields()}\t\n/srv/a\x01{fields()}\x01/etc/shadow").unmanaged
    assert tree.root.path.startswith("/srv/a\n")


def test_kinds_of_stat_are_understood_where_find_tells_none() -> None:
    (tree,) = parse(unmanaged=f"{fields(kind='41ed', mode='755')}\t\n/opt/app").unmanaged
    assert tree.root.kind == "directory"


def test_what_packages_leave_behind_is_no_finding() -> None:
    unmanaged = "".join(
        f"{fields(kind=kind, target=target)}\t{flags}\n{path}\n"
        for kind, target, flags, path in [
            ("f", "", "", "/etc/ld.so.cache"),
            ("f", "", "", "/etc/ssh/ssh_host_rsa_key"),
            ("d", "", "", "/var/lib/apt"),
            ("f", "", "m", "/etc/profile"),
            ("l", "/usr/share/nginx/modules-available/mod-mail.conf", "mt", "/etc/nginx/modules-enabled/50-mail.conf"),
        ]
    )
    assert parse(unmanaged=unmanaged, copies="/etc/profile").unmanaged == ()


def test_a_link_that_a_person_made_to_a_package_s_file_is_a_finding() -> None:
    link = fields(kind="l", target="../mods-available/rewrite.load")
    (tree,) = parse(unmanaged=f"{link}\tt\n/etc/apache2/mods-enabled/rewrite.load").unmanaged
    assert (tree.role, tree.root.target) == ("configuration", "../mods-available/rewrite.load")


def test_a_mixed_application_is_split() -> None:
    trees = parse(
        unmanaged=f"{fields(kind='d')}\t\n/opt/shop",
        trees=node("/opt/shop", count=40, opened=2, code=20)
        + node("/opt/shop/bin", code=2)
        + node("/opt/shop/logs", count=9, opened=1, logs=8)
        + node("/opt/shop/var", count=4)
        + node("/opt/shop/store", count=5, opened=1, uid=33)
        + f"F\t{fields(size=7)}\tw\n/opt/shop/state.bin\n",
    ).unmanaged
    assert roles(trees) == {
        "/opt/shop": "application", "/opt/shop/logs": "log", "/opt/shop/var": "data", "/opt/shop/store": "data",
        "/opt/shop/state.bin": "data",
    }  # fmt: skip
    assert trees[0].count == 40 - 9 - 4 - 5 - 1


def test_an_archive_and_its_unpacked_copy_have_roles_of_their_own() -> None:
    records = f"{fields()}\t\n/var/lib/tomcat9/webapps/shop.war\n{fields(kind='d')}\t\n/var/lib/tomcat9/webapps/shop"
    trees = parse(unmanaged=records, trees=node("/var/lib/tomcat9/webapps/shop", count=30, code=20)).unmanaged
    assert roles(trees) == {
        "/var/lib/tomcat9/webapps/shop": "cache",
        "/var/lib/tomcat9/webapps/shop.war": "application",
    }


def test_settings_in_a_data_directory_are_configuration_but_never_a_database_s_own() -> None:
    records = f"{fields(kind='d')}\t\n/var/lib/app\n{fields(kind='d')}\t\n/var/lib/pg"
    trees = parse(
        unmanaged=records,
        trees=node("/var/lib/app", count=9)
        + f"F\t{fields()}\t\n/var/lib/app/app.properties\n"
        + node("/var/lib/pg", count=900)
        + f"F\t{fields()}\t\n/var/lib/pg/PG_VERSION\nF\t{fields()}\t\n/var/lib/pg/postgresql.auto.conf\n",
    ).unmanaged
    assert roles(trees) == {
        "/var/lib/app": "data", "/var/lib/app/app.properties": "configuration", "/var/lib/pg": "data",
    }  # fmt: skip


def test_what_installing_made_and_nobody_changed_is_marked() -> None:
    trees = parse(
        unmanaged=f"{fields()}\tmi1700000100\n/etc/aliases\n{fields()}\ti1699999999\n/etc/later\n{fields()}\tm\n/etc/mine\n"
        f"{fields(kind='d')}\ti1700000100\n/etc/pg\n{fields(kind='d')}\ti1699999999\n/etc/pg2\n",
        trees=node("/etc/pg") + node("/etc/pg2"),
    ).unmanaged
    assert [tree.root.path for tree in trees if tree.generated] == ["/etc/aliases", "/etc/pg"]


def test_an_open_file_counts_for_the_innermost_tree_that_it_is_in() -> None:
    trees = parse(
        unmanaged=f"{fields(kind='d')}\t\n/opt/shop\n{fields()}\t\n/etc/app.key",
        trees=node("/opt/shop", count=40, code=20) + node("/opt/shop/logs", count=9, logs=8),
        open="W\t/opt/shop/logs/a.log\nO\t/opt/shop/lib/a.jar\nO\t/opt/shop/lib/b.jar\nO\t/etc/app.key\nO\t/usr/bin/x",
    ).unmanaged
    assert {tree.root.path: tree.open for tree in trees} == {"/etc/app.key": 1, "/opt/shop": 2, "/opt/shop/logs": 1}


def test_what_was_not_counted_to_its_end_is_said() -> None:
    parsed = PROBE.parse(
        section(unmanaged=f"{fields(kind='d')}\t\n/srv/huge", trees=node("/srv/huge", whole=0), open="")
    )
    assert not parsed.facts.unmanaged[0].complete
    assert [gap.what for gap in parsed.gaps] == ["/srv/huge"]


def test_remote_file_systems_are_named_not_walked() -> None:
    parsed = PROBE.parse(section(mounts="B\tnfs4\t/srv/share\nB\tproc\t/proc", unmanaged="", trees="", open=""))
    assert [(gap.what, "nfs4" in gap.why) for gap in parsed.gaps] == [("/srv/share", True)]


def test_a_section_that_was_cut_says_what_is_missing() -> None:
    assert [gap.what for gap in PROBE.parse(section(configuration="")).gaps] == ["unmanaged", "trees", "open"]


@given(st.binary(max_size=300), st.sampled_from(["configuration", "stats", "suspects", "unmanaged", "trees", "mounts"]))
def test_noise_never_raises(noise: bytes, part: str) -> None:
    PROBE.parse(section(**{part: noise, "open": b""}))
    PROBE.parse(section(**{part: fields().encode() + b"\t\n/" + noise + b"\n" + noise}))
    PROBE.parse(noise)
