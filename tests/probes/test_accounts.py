from __future__ import annotations

import subprocess
from pathlib import Path

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


def test_those_of_a_directory_that_run_something_are_told_with_where_they_come_from() -> None:
    facts = PROBE.parse(
        section(
            users="root:x:0:0::/root:/bin/sh",
            groups="root:x:0:",
            directory=" sss",
            directory_users="CORP\\app:x:70001:70002:App:/home/app:/bin/sh\nroot:x:0:0::/:/bin/sh",
            directory_groups="apps:x:70002:\nroot:x:0:",
        )
    ).facts
    assert facts.users == (
        User("root", 0, 0, "", "/root", "/bin/sh"),
        User("CORP\\app", 70001, 70002, "App", "/home/app", "/bin/sh", "sss"),
    )
    assert facts.groups == (Group("root", 0), Group("apps", 70002))


def test_hashes_are_never_asked_for(tmp_path: Path) -> None:
    """Not even where they stand in /etc/passwd itself, as on machines without shadow."""
    assert "shadow" not in PROBE.shell
    old = tmp_path / "passwd"
    old.write_text("ann:$1$abc$defghijklmnopqrstuv:5:5::/home/ann:/bin/sh\n+::::::\n")
    shell = PROBE.shell.replace("/etc/passwd", str(old)).partition("part groups")[0].replace("part users", "")
    said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout
    assert said.strip().splitlines() == ["ann:x:5:5::/home/ann:/bin/sh", "+:x:::::"]
