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
            third_party=False,
        ),
        Package(
            "dash",
            "0.5.11",
            "amd64",
            "dpkg",
            manual=True,
            section="shells",
            source="dash",
            held=True,
            third_party=False,
        ),
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
            third_party=False,
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


def rows(*packages: str) -> str:
    """Name, version, flags, section and maintainer as the shell writes them."""
    cells = (package.split("|") for package in packages)
    return "\n".join(
        f"{name}\t{version}\tall\t{flags}\t{section}\t\t\t\t{who}" for name, version, flags, section, who in cells
    )


ORIGINS = """release\td.example.org_x_dists_stable\tOrigin: Vendor\tLabel: VendorTools\tSuite: stable
release\tmirror.example.org_debian_dists_bookworm\tOrigin: Debian\tLabel: Debian
offer\td.example.org_x_dists_stable\ttool\t2.1
offer\td.example.org_x_dists_stable\tnginx\t9"""


def test_what_is_not_of_the_distribution() -> None:
    text = rows(
        "tool|2.1||utils|V <v@example.com>", "homemade|1|n||root@build", "odd|1|n|utils|X <x@example.com>",
        "clone|1||perl|Jane <jane@example.net>", "a|1||perl|B <b@example.net>", "nginx|1.22||httpd|",
    )  # fmt: skip
    facts = PROBE.parse(section(dpkg=text, origins=ORIGINS)).facts
    assert [(one.name, one.origin, one.third_party) for one in facts.packages] == [
        ("tool", "VendorTools", True), ("homemade", None, True), ("odd", None, True), ("clone", None, False),
        ("a", None, False), ("nginx", None, False),
    ]  # fmt: skip
    assert facts.packages[0].vendor == "V <v@example.com>"


def test_where_documents_were_left_out_nothing_follows_from_that() -> None:
    text = rows(*(f"p{n}|1|n|perl|P <p@example.net>" for n in range(5)))
    assert {one.third_party for one in PROBE.parse(section(dpkg=text)).facts.packages} == {None}


def test_apt_s_repositories_by_what_they_call_themselves() -> None:
    lists = """deb https://u:p@d.example.org/x stable main
deb http://mirror.example.org/debian/ bookworm main
deb http://n.example.org/ x y"""
    facts = PROBE.parse(section(dpkg=DPKG, origins=ORIGINS, repositories=shown({"/etc/apt/sources.list": lists}))).facts
    assert [(one.name, one.origin, one.third_party) for one in facts.repositories] == [
        ("VendorTools", "Vendor", True), ("Debian", "Debian", False), (None, None, None),
    ]  # fmt: skip


def test_removed_and_broken_packages() -> None:
    text = rows("gone|1|rs|misc|", "broken|1|rd|misc|", "half|1|c|misc|", "loose|1|u|misc|", "well|1||misc|")
    facts = PROBE.parse(section(dpkg=text, architectures="amd64\ni386")).facts
    assert [(one.name, one.state) for one in facts.removed] == [("gone", "config-files"), ("broken", "half-installed")]
    assert [(one.name, one.state) for one in facts.packages] == [
        ("half", "half-configured"), ("loose", "unpacked"), ("well", None),
    ]  # fmt: skip
    assert facts.architectures == ("amd64", "i386")


def test_rules_come_with_the_packages_and_are_no_sources() -> None:
    files = {
        "/etc/apt/preferences.d/a": "Package: nginx\nPin: version 1\nPin-Priority: 900",
        "/etc/yum.conf": "[main]\nexclude=x",
    }
    facts = PROBE.parse(section(dpkg=DPKG, repositories=shown(files))).facts
    assert [(one.kind, one.packages) for one in facts.pins] == [("pin", ("nginx",)), ("exclude", ("x",))]
    assert facts.repositories == ()


# The vendors and keys as a real rpm database printed them; yumdb and dnf 5 after their documentation.
def test_rpm_packages_by_vendor_key_and_repository() -> None:
    text = (
        "bash\t4.2-1\tx86_64\t\tx\tbash-4.2-1.src.rpm\t\t\t=CentOS\t=24c6a8a7f4a80eb5\n"
        "htop\t2:2.2-3\tx86_64\t\tx\thtop-2.2-3.src.rpm\t\t=bash\t=Fedora Project\t=6a2faea2352c64e5\n"
        "mine\t1-1\tnoarch\t\tx\t\t\t\t=\t=none\nzlib\t1-1\tx86_64\t\tx\t\t\t\t0\t1"
    )
    moved = "htop-2.2-3-x86_64\tepel\nbash-4.2-1-x86_64\tanaconda/7"
    facts = PROBE.parse(section(rpm=text, **{"from": moved})).facts
    assert [(one.name, one.vendor, one.signature, one.origin, one.third_party, one.leaf) for one in facts.packages] == [
        ("bash", "CentOS", "24c6a8a7f4a80eb5", None, False, False),
        ("htop", "Fedora Project", "6a2faea2352c64e5", "epel", True, True),
        ("mine", None, "none", None, True, True),
        ("zlib", "CentOS", "24c6a8a7f4a80eb5", None, False, True),
    ]


def test_rpm_packages_by_the_reasons_of_dnf_5() -> None:
    text = "a\t1-1\tx86_64\t\t\t\t\t\nb\t1-1\tx86_64\t\t\t\t\t"
    reasons = '[packages."a.x86_64"]\t"User"\n[packages."b.x86_64"]\t"Dependency"'
    facts = PROBE.parse(section(rpm=text, dnf5=reasons)).facts
    assert [(one.manual, one.leaf) for one in facts.packages] == [(True, None), (False, None)]


def test_a_host_without_packages_says_so() -> None:
    parsed = PROBE.parse(section(repositories="", end=""))
    assert parsed.facts.manager is None
    assert parsed.gaps[0].what == "installed packages"


def test_a_line_of_a_raving_rpm_is_no_package() -> None:
    parsed = PROBE.parse(section(rpm="\x8ff\u20ac\t\t\t\t\t\t\t\t=\t="))
    assert parsed.facts.packages == ()
    assert [gap.why for gap in parsed.gaps] == ["rpm is there and listed none"]


def test_licences_are_those_that_a_package_names() -> None:
    facts = PROBE.parse(section(dpkg=DPKG, licences="dash\t=BSD-3-clause,=GPL-2+\nnginx\t0")).facts
    assert {one.name: one.licence for one in facts.packages} == {
        "adduser": None,
        "dash": "BSD-3-clause and GPL-2+",
        "nginx": "BSD-3-clause",
    }
    rpm = "a\t1-1\tx86_64\t\t\t\t\t\t\t\t=GPLv2+ and MIT\nb\t1-1\tx86_64\t\t\t\t\t\t\t\t0"
    assert [one.licence for one in PROBE.parse(section(rpm=rpm)).facts.packages] == ["GPLv2+ and MIT"] * 2
    assert PROBE.parse(section(apk="P:a\nV:1\nL:MIT\n\n")).facts.packages[0].licence == "MIT"


def test_the_files_of_a_package_that_came_from_nowhere() -> None:
    facts = PROBE.parse(section(dpkg=DPKG, contents="dash\t/.\ndash\t/opt/x y\nnginx\t/bin/n")).facts
    assert {one.name: one.files for one in facts.packages if one.files} == {"dash": ("/opt/x y",), "nginx": ("/bin/n",)}
