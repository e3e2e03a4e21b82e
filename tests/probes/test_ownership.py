from __future__ import annotations

from migrate.model.facts import Owned
from migrate.probes.ownership import PROBE
from tests.probes.samples import section


def test_owners_commands_and_modules() -> None:
    facts = PROBE.parse(
        section(
            dpkg="c\tcoreutils\t/bin\tls\tcat\nl\t/usr/bin/java\topenjdk-11-jre-headless\n"
            "o\t/usr/sbin/nginx\tnginx-core\nm\tpython3-yaml\t/usr/lib/python3/dist-packages\tyaml\n"
            "m\tlibdbi-perl\t/usr/share/perl5\tDBI.pm\tDBI/Const.pm\nq\tx\ty"
        )
    ).facts
    assert facts.owners == (Owned("/usr/sbin/nginx", "nginx-core"),)
    assert facts.commands == (
        Owned("/bin/cat", "coreutils"),
        Owned("/bin/ls", "coreutils"),
        Owned("/usr/bin/java", "openjdk-11-jre-headless"),
    )
    assert [one.path for one in facts.modules] == [
        "/usr/lib/python3/dist-packages/yaml",
        "/usr/share/perl5/DBI.pm",
        "/usr/share/perl5/DBI/Const.pm",
    ]


def test_no_owners_at_all_is_a_gap() -> None:
    assert PROBE.parse(section(rpm="")).gaps[0].what == "owners of files"


def test_a_folder_may_be_that_of_several_packages() -> None:
    facts = PROBE.parse(section(dpkg="s\t/usr/share/mail\tmail-core\tmail-plugins\nc\tx\t/bin\ty")).facts
    assert facts.owners == (Owned("/usr/share/mail", "mail-core"), Owned("/usr/share/mail", "mail-plugins"))
