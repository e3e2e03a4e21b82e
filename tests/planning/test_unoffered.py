from __future__ import annotations

from migrate.model.facts import Package, Packages
from migrate.model.plan import FileChoice, PackageChoice
from migrate.planning.unoffered import carried
from tests.emission.sample import captured, snapshot, workload


def firm(name: str, *needs: str, origin: str | None = None, files: tuple[str, ...] = ()) -> Package:
    depends = tuple((need,) for need in needs)
    return Package(name, "1", "all", "dpkg", depends=depends, third_party=True, origin=origin, files=files)


PACKAGES = Packages(
    "dpkg",
    (
        firm("agentd", "libfirm", "socat", "base-files", files=("/opt/agentd/bin/agentd", "/etc/agentd.conf", "/opt")),
        firm("libfirm", "libssl3", files=("/usr/lib/libfirm.so.1",)),
        firm("lost", files=("/opt/lost",)),
        firm("node", origin="Vendor", files=("/usr/bin/node",)),
        Package("socat", "1.7", "amd64", "dpkg"),
        Package("libssl3", "3", "amd64", "dpkg"),
        Package("base-files", "12", "all", "dpkg", essential=True),
    ),
)
SEEN = snapshot(
    [
        captured(path)
        for path in ("/opt/agentd/bin/agentd", "/etc/agentd.conf", "/usr/lib/libfirm.so.1", "/usr/bin/node")
    ]
    + [captured("/opt", "directory")],
    None,
    PACKAGES,
)


def choice(name: str) -> PackageChoice:
    return PackageChoice(name, "1", "it runs")


def test_a_package_that_nobody_offers_goes_along_as_its_files_with_what_it_needs() -> None:
    found = carried(SEEN, workload(packages=(choice("agentd"),), files=(FileChoice("/etc/agentd.conf", "changed"),)))
    assert [one.path for one in found.files] == ["/etc/agentd.conf", "/opt/agentd/bin/agentd", "/usr/lib/libfirm.so.1"]
    assert found.files[1].because == "a file of agentd, which no repository offers: it runs"
    assert [(one.name, one.version) for one in found.packages] == [("socat", "1.7"), ("libssl3", "3")]


def test_what_a_repository_offers_and_what_was_not_captured_stays_a_package() -> None:
    one = workload(packages=(choice("node"), choice("lost"), choice("socat")))
    assert carried(SEEN, one) == one
