from __future__ import annotations

from migrate.model.facts import Package
from migrate.probes.packages import PROBE
from tests.probes.samples import section, shown

DPKG = """
adduser\t3.118\tall\te\tadmin\t\t\t=passwd,=debconf|=debconf-2.0
dash\t0.5.11\tamd64\th\tshells\t\t\t
nginx\t1:1.18.0-6.1\tall\t\thttpd\t\t=httpd,=httpd-cgi\t=nginx-core|=nginx-full,0,1|2
"""


def test_dpkg_packages_with_their_dependencies() -> None:
    facts = PROBE.parse(section(dpkg=DPKG, automatic="adduser\tamd64")).facts
    assert facts.manager == "dpkg"
    assert facts.packages == (
        Package(
            "adduser",
            "3.118",
            "all",
            "dpkg",
            manual=False,
            essential=True,
            section="admin",
            source="adduser",
            depends=(("passwd",), ("debconf", "debconf-2.0")),
        ),
        Package("dash", "0.5.11", "amd64", "dpkg", manual=True, section="shells", source="dash", held=True),
        Package(
            "nginx",
            "1:1.18.0-6.1",
            "all",
            "dpkg",
            manual=True,
            section="httpd",
            source="nginx",
            depends=(("nginx-core", "nginx-full"), ("passwd",), ("debconf", "debconf-2.0")),
            provides=("httpd", "httpd-cgi"),
        ),
    )


def test_without_apt_s_marks_nobody_knows_who_asked() -> None:
    assert [package.manual for package in PROBE.parse(section(dpkg=DPKG)).facts.packages] == [None] * 3


# After the documented formats of rpm, yum and zypper; test_hosts asks a real rpm database.
def test_rpm_packages_by_yum_s_marks() -> None:
    facts = PROBE.parse(
        section(
            rpm="bash\t4.2.46-34.el7\tx86_64\t\tSystem Environment/Shells\tbash-4.2.46-34.el7.src.rpm\t\t=glibc\n"
            "httpd\t2:2.4.6-97.el7\tx86_64\t\tDaemons\thttpd-2.4.6-97.el7.src.rpm\t=webserver\t0,=/bin/sh",
            chosen="/var/lib/yum/yumdb/h/0a1b-httpd-2.4.6-97.el7-x86_64/reason",
        )
    ).facts
    assert [(one.name, one.manual, one.source, one.depends) for one in facts.packages] == [
        ("bash", False, "bash", (("glibc",),)),
        ("httpd", True, "httpd", (("glibc",), ("/bin/sh",))),
    ]


def test_rpm_packages_by_zypper_s_marks() -> None:
    facts = PROBE.parse(section(rpm="a\t1-1\tx86_64\t\t\t\t\t\nb\t1-1\tx86_64\t\t\t\t\t", automatic="b\t")).facts
    assert [one.manual for one in facts.packages] == [True, False]


def test_apk_packages_depend_on_what_provides_their_libraries() -> None:
    facts = PROBE.parse(
        section(
            apk="P:nginx\nV:1.20.2-r1\nA:x86_64\no:nginx\nD:/bin/sh so:libc.musl-x86_64.so.1 !old pcre>=8\n\n"
            "P:musl\nV:1.2\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\n\n",
            world="nginx@edge>1.0",
        )
    ).facts
    nginx, musl = facts.packages
    assert nginx.depends == (("/bin/sh",), ("musl",), ("pcre",))
    assert (nginx.manual, musl.manual) == (True, False)


def test_sources_come_with_the_packages() -> None:
    facts = PROBE.parse(
        section(
            dpkg=DPKG, repositories=shown({"/etc/apt/sources.list": "deb https://u:pw@deb.example.org/x stable main"})
        )
    ).facts
    assert [one.url for one in facts.repositories] == ["https://***@deb.example.org/x"]


def test_a_host_without_packages_says_so() -> None:
    parsed = PROBE.parse(section(repositories="", end=""))
    assert parsed.facts.manager is None
    assert parsed.gaps[0].what == "installed packages"
