from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import Process, Processes
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.licences import LicenceDaemon, LicenceFile, Licences, LicenceServer
from migrate.model.routing import Interface, Routing
from migrate.probes.licences import READING

FLEXLM = r"""
# for lic01
SERVER lic01 000C29AABBCC 27000
VENDOR cdslmd /opt/cds/cdslmd
USE_SERVER
INCREMENT Virtuoso cdslmd 6.1 31-dec-2019 5 \
    VENDOR_STRING=x HOSTID=ANY SIGN="0AB1 2CD3"
FEATURE Spectre cdslmd 12.1 permanent uncounted HOSTID=FLEXID=9-2a4b SIGN=00
"""
RLM = 'HOST lic02 ether=000c29ddeeff 5053\nISV acme\nLICENSE acme paint 1.0 1-jan-2020 3 sig="60P"\n'


def licences(texts: dict[str, str], *facts: Processes | Routing) -> Licences:
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    snapshot = Snapshot(Inventory("h", "h", "", scopes), {path: text.encode() for path, text in texts.items()})
    found = READING.read(snapshot).facts
    assert isinstance(found, Licences)
    return found


# After the License Administration Guide of FlexNet, and RLM's License Administration Manual.
def test_a_licence_is_bound_to_what_its_host_ids_say() -> None:
    here = Routing(interfaces=(Interface("eth0", mac="00:0c:29:aa:bb:cc"),))
    facts = licences({"/opt/cds/license.dat": FLEXLM, "/opt/acme/acme.lic": RLM}, here)
    assert facts.files == (
        LicenceFile(
            "/opt/cds/license.dat", "flexlm", ("lic01",), ("000C29AABBCC", "FLEXID=9-2a4b"), (27000,), ("cdslmd",),
            ("Virtuoso", "Spectre"), ("31-dec-2019", "permanent"), True, "/opt/cds/license.dat:3",
        ),
        LicenceFile(
            "/opt/acme/acme.lic", "rlm", ("lic02",), ("ether=000c29ddeeff",), (5053,), ("acme",), ("paint",),
            ("1-jan-2020",), False, "/opt/acme/acme.lic:1",
        ),
    )  # fmt: skip
    assert "SIGN" not in str(facts)


@pytest.mark.parametrize(
    "text",
    [
        "Host web01 example\n  HostName 10.0.0.1\n",
        "SERVER web01 ANY 8080\nlisten 80\n",
        "LICENSE This is free software\n",
        "FEATURE list of the product 1.0 and more\n",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert licences({"/etc/x": text}).files == ()


def test_daemons_and_who_asks_which_server() -> None:
    processes = Processes(
        (
            Process(5, 1, "lmgrd", ("lmgrd",), 0, 0, exe="/opt/cds/lmgrd", unit="lm.service"),
            Process(6, 1, "hasplmd_x86_64", (), 0, 0),
            Process(
                7, 1, "sim", (), 0, 0,
                environment=(("LM_LICENSE_FILE", "27000@lic01:/opt/x.lic"), ("MAIL_LICENSEE", "1@x")),
            ),
            Process(8, 1, "java", (), 0, 0, unit="app.service", environment=(("CDS_LIC_FILE", "5280@lic01"),)),
        )
    )  # fmt: skip
    facts = licences({}, processes)
    assert facts.daemons == (
        LicenceDaemon("lmgrd", "FlexLM", 5, "lm.service"),
        LicenceDaemon("hasplmd_x86_64", "Sentinel HASP", 6),
    )
    assert facts.servers == (
        LicenceServer("27000@lic01", "LM_LICENSE_FILE", ("sim",)),
        LicenceServer("5280@lic01", "CDS_LIC_FILE", ("app.service",)),
    )


@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    texts = dict.fromkeys(["/opt/x.lic"], b"SERVER a b 1\nFEATURE a b 1 c 2 HOSTID=" + data)
    assert isinstance(READING.read(Snapshot(Inventory("h", "h", ""), texts)).facts, Licences)
