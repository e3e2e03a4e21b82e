from __future__ import annotations

import pytest

from migrate.model.facts import Job, Schedule
from migrate.model.plan import Plan, Workload
from migrate.planning.derive import derive
from tests.planning.hosts import listening, package, process, service, snapshot

EXIM = process(9, "/usr/sbin/exim4", "-bd")
SEND = b"#!/usr/bin/perl\nopen(my $m, '|-', '/usr/sbin/sendmail', '-t') or die;\n"


def plan(script: bytes, address: str = "127.0.0.1") -> Plan:
    host = snapshot(
        processes=(EXIM,),
        services=(service("exim4.service", main_pid=9),),
        sockets=(listening(9, 25, address),),
        packages=(package("cron"), package("exim4-daemon-light", provides=("mail-transport-agent",))),
        owners={"/usr/sbin/exim4": "exim4-daemon-light", "/usr/sbin/sendmail": "exim4-daemon-light"},
        commands={"/usr/sbin/sendmail": "exim4-daemon-light"},
        texts={"/usr/local/bin/report": script},
        schedule=Schedule((Job("/etc/cron.d/report", "1 2 * * *", "cron", "/usr/local/bin/report", line=1),)),
    )
    return derive({"web01": host})


def by_name(plan: Plan) -> dict[str, Workload]:
    return {one.name: one for one in plan.workloads}


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_who_sends_mail_gets_a_client_of_the_machines_own_server(address: str) -> None:
    found = by_name(plan(SEND, address))
    assert set(found) == {"report", "exim"}
    assert [one.name for one in found["report"].packages] == ["cron", "msmtp-mta"]
    assert "'host exim' 'port 25'" in found["report"].steps[-1].command
    [coupling] = [one for one in found["report"].couplings if one.to == "exim"]
    assert (coupling.how, coupling.port, coupling.rewrites) == ("rewrite", 25, ())


def test_a_server_for_the_machine_alone_stays_behind_where_nothing_sends() -> None:
    made = plan(b"#!/bin/sh\necho done\n")
    assert set(by_name(made)) == {"report"}
    assert [one.what for one in made.set_aside] == ["services:exim4.service"]
    assert made.questions == ()


def test_which_way_mail_leaves_is_asked_once() -> None:
    assert [one.id for one in plan(SEND).questions] == ["web01-mail-exim"]


@pytest.mark.parametrize(
    "script",
    [
        b"#!/bin/sh\ndf | mail -s disk root\n",
        b"#!/usr/bin/python3\nimport subprocess\nsubprocess.run(['/usr/sbin/sendmail', '-t'])\n",
        b"#!/usr/bin/php\n<?php mail('a@example.org', 'x', $text);\n",
    ],
)
def test_scripts_of_other_languages_send_as_well(script: bytes) -> None:
    assert "exim" in by_name(plan(script))
