from __future__ import annotations

from migrate.model.facts import Group, User
from migrate.probes.accounts import PROBE
from tests.probes.samples import section


def test_users_and_groups_are_read_from_the_files() -> None:
    parsed = PROBE.parse(
        section(
            users="root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nold:x:7:7::",
            groups="root:x:0:\nssl-cert:x:107:postgres,tomcat\n",
        )
    )
    assert parsed.facts.users == (
        User("root", 0, 0, "root", "/root", "/bin/bash"),
        User("www-data", 33, 33, "", "/var/www", "/usr/sbin/nologin"),
    )
    assert parsed.facts.groups == (Group("root", 0), Group("ssl-cert", 107, ("postgres", "tomcat")))
    assert [gap.why for gap in parsed.gaps] == ["a line is not understood: old:x:7:7::"]


def test_names_that_a_directory_adds_are_a_gap() -> None:
    parsed = PROBE.parse(section(users="root:x:0:0::/root:/bin/sh\n+::::::", groups="+:::"))
    assert [gap.what for gap in parsed.gaps] == ["/etc/passwd", "/etc/group"]
    assert "NIS" in parsed.gaps[0].why


def test_hashes_are_never_asked_for() -> None:
    assert "shadow" not in PROBE.shell
