from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.facts import Package, Packages, Repository
from migrate.model.packages import Pin
from migrate.model.plan import FileChoice, PackageChoice
from tests.emission.sample import captured, emitted, snapshot, sources, workload


def test_what_is_not_of_the_distribution_is_asked_about_where_a_workload_needs_it() -> None:
    app = workload(packages=(PackageChoice("tool", "1", "a test"), PackageChoice("bash", "5", "a test")))
    facts = Packages(
        "dpkg",
        (
            Package("bash", "5", "amd64", "dpkg", third_party=False),
            Package("tool", "1", "amd64", "dpkg", origin="VendorTools", third_party=True),
            Package("other", "1", "amd64", "dpkg", third_party=True),
        ),
        (Repository("deb", "http://d.example.org", "x", third_party=True),),
        (Pin("pin", ("nginx*",), "version 1", 900, "/etc/apt/preferences.d/a"),),
        (Package("gone", "1", "amd64", "dpkg", state="config-files"),),
    )
    given = sources(app, seen=snapshot((), {}, facts))
    found = {one.fact: one for one in ledger(given, emitted(given).values()) if one.fact.startswith("packages:")}
    assert {fact: one.fate for fact, one in found.items()} == {
        "packages:bash": "carried",
        "packages:tool": "needs-a-person",
        "packages:other": "dropped",
        "packages:removed/gone": "dropped",
        "packages:pin/nginx*//etc/apt/preferences.d/a": "dropped",
        "packages:repository/http://d.example.org x": "changed",
    }
    assert "VendorTools" in found["packages:tool"].because


def test_what_no_repository_offers_goes_along_as_its_files() -> None:
    app = workload(files=(FileChoice("/opt/x", "a file of x"),))
    facts = Packages("dpkg", (Package("x", "1", "all", "dpkg", third_party=True, files=("/opt/x",)),))
    given = sources(app, seen=snapshot([captured("/opt/x")], {}, facts))
    (found,) = (one for one in ledger(given, emitted(given).values()) if one.fact == "packages:x")
    assert (found.fate, found.where) == ("changed", "images/app")
