from __future__ import annotations

from migrate.emission.fates import Case
from migrate.emission.fates.applications import applications
from migrate.model.applications import Application, Applications
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.plan import FileChoice, Plan, Workload
from tests.emission.sample import DEBIAN

WEB = Workload(
    "web", "h", "apache", "", DEBIAN, services=("apache2.service",), pids=(10,), files=(FileChoice("/srv/shop", ""),)
)
GONE = Workload("old", "h", "service", "", DEBIAN, migrate=False, services=("old.service",))
FOUND = (
    Application("apache", "web-server", "apache2", pids=(10, 11)),
    Application("wordpress", "application", "shop", home="/srv/shop/wp", within="apache2"),
    Application("trac", "application", "trac", within="apache2"),
    Application("service", "other", "old", unit="old.service"),
    Application("ntp", "other", "ntp", unit="ntp.service", pids=(7,)),
    Application("ftp", "ftp", "ftp", home="/"),
    Application("ftp", "ftp", "ftp", home="/"),
)


def test_each_application_goes_where_its_processes_or_its_files_went() -> None:
    snapshot = Snapshot(Inventory("h", "h", "", (Scope("applications", "complete", facts=Applications(FOUND)),)))
    case = Case(
        "h", snapshot, Plan(("h",), (WEB, GONE)), (WEB,), {}, {}, {"services:ntp.service": "the platform keeps time"}
    )
    assert [(one.fact, one.fate, one.where, one.because) for one in applications(case)] == [
        ("applications:apache/apache2", "carried", "web", "the workload runs it"),
        ("applications:wordpress/shop", "carried", "web", "its files go with the workload"),
        ("applications:trac/trac", "carried", "web", "deployed in apache2, which the workload runs"),
        ("applications:service/old", "dropped", "plan.yaml", "the plan leaves old out (migrate: false)"),
        ("applications:ntp/ntp", "dropped", "", "the platform keeps time"),
        ("applications:ftp/ftp", "dropped", "", "it does not run, and no workload has its files"),
        ("applications:ftp/ftp#2", "dropped", "", "it does not run, and no workload has its files"),
    ]
