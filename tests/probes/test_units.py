from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.units import Unit, Units, Want
from migrate.probes.units import PROBE
from tests.probes.samples import nul, section, shown

ETC = "/etc/systemd/system"
FILES = {
    f"{ETC}/gate.socket": "[Socket]\nListenStream=1\nListenStream=\nListenStream=9100\nListenFIFO=/run/%p\nAccept=yes",
    f"{ETC}/inbox.path": "[Path]\nPathExistsGlob=/srv/inbox/*.xml\nUnit=import.service\n[Install]\nWantedBy=a.target",
    f"{ETC}/srv-data.mount": "[Mount]\nWhat=nas:/data\nWhere=/srv/data\nType=nfs\nOptions=ro,soft",
    f"{ETC}/inst@.service": "[Unit]\nDescription=One of several",
    f"{ETC}/ssh.socket.d/x.conf": "[Socket]\nListenStream=2222",
    "/lib/systemd/system/ssh.socket": "[Socket]\nListenStream=22\nAccept=no",
    "/lib/systemd/system/idle.socket": "[Socket]\nListenStream=23",
    "/lib/systemd/system/dbus.socket": "[Unit]\nDescription=Bus\n[Socket]\nListenStream=/run/dbus",
}
STATES = "\n".join(
    "\t".join(row)
    for row in (
        ("gate.socket", "loaded", "active", "listening"),
        ("dbus.socket", "loaded", "active", "running"),
        ("srv-data.mount", "loaded", "active", "mounted"),
        ("broken.mount", "loaded", "failed", "failed"),
    )
)
LINKS = nul(
    *(f"{ETC}/sockets.target.wants/gate.socket", f"{ETC}/gate.socket"),
    *(f"{ETC}/shop.target.requires/inst@b.service", f"{ETC}/inst@.service"),
    *(f"{ETC}/gone.path", "/dev/null"),
    *(f"{ETC}/default.target", "/lib/systemd/system/multi-user.target"),
)


def facts() -> Units:
    found = PROBE.parse(section(systemd="box", states=STATES, texts=shown(FILES), links=LINKS)).facts
    assert isinstance(found, Units)
    return found


def units() -> dict[str, Unit]:
    return {one.name: one for one in facts().units}


def test_a_socket_with_what_it_starts() -> None:
    assert units()["gate.socket"] == Unit(
        "gate.socket",
        "socket",
        active=True,
        enabled=True,
        state="listening",
        file=f"{ETC}/gate.socket",
        activates="gate@.service",
        listens=(("stream", "9100"), ("fifo", "/run/gate")),
        accept=True,
        wanted_by=("sockets.target",),
        origin="person",
        seen=f"{ETC}/gate.socket",
    )


def test_a_path_that_nothing_enables_and_a_mount() -> None:
    path, mount = units()["inbox.path"], units()["srv-data.mount"]
    assert (path.watches, path.activates) == ((("PathExistsGlob", "/srv/inbox/*.xml"),), "import.service")
    assert (path.enabled, path.active) == (False, False)
    assert (mount.what, mount.where, mount.filesystem, mount.options) == (
        "nas:/data",
        "/srv/data",
        "nfs",
        ("ro", "soft"),
    )
    assert (mount.state, mount.activates) == ("mounted", None)


def test_the_distribution_s_own_stand_there_only_where_they_do_something() -> None:
    found = units()
    assert "idle.socket" not in found
    assert (found["dbus.socket"].origin, found["dbus.socket"].description) == ("distribution", "Bus")
    assert (found["ssh.socket"].origin, found["ssh.socket"].listens) == (
        "person",
        (("stream", "22"), ("stream", "2222")),
    )
    assert (found["broken.mount"].state, found["broken.mount"].seen) == ("failed", "systemctl list-units")


def test_templates_with_their_instances_and_what_is_masked() -> None:
    found = units()
    template = found["inst@.service"]
    assert (template.instances, template.wanted_by) == (("inst@b.service",), ("shop.target",))
    assert (found["gone.path"].state, found["gone.path"].enabled) == ("masked", False)


def test_where_things_are_enabled_and_what_is_reached_at_boot() -> None:
    assert facts().wants == (Want("inst@b.service", "shop.target", "requires"), Want("gate.socket", "sockets.target"))
    assert facts().target == "multi-user.target"


def test_a_user_s_own_socket() -> None:
    own = "/home/lena/.config/systemd/user"
    parsed = PROBE.parse(
        section(
            systemd="box",
            states=STATES,
            owners="1501:lena:/home/lena",
            userunits=shown({f"{own}/x.socket": "[Socket]\nListenStream=%t/x"}),
            userlinks=nul(f"{own}/sockets.target.wants/x.socket", "../x.socket"),
        )
    )
    (one,) = [one for one in parsed.facts.units if one.user]
    assert (one.listens, one.enabled, one.wanted_by) == ((("stream", "/run/user/1501/x"),), True, ("sockets.target",))
    assert (one.manager, one.user, one.activates) == ("systemd-user", "lena", "x.service")


def test_a_machine_without_systemd_has_none_and_one_that_does_not_answer_is_a_gap() -> None:
    assert PROBE.parse(section(end="")).facts == Units()
    assert [gap.what for gap in PROBE.parse(section(systemd="box")).gaps] == ["state of sockets, paths and mounts"]


@given(st.text())
def test_nothing_makes_the_parser_raise(text: str) -> None:
    files = {f"{ETC}/a.socket": text, f"{ETC}/b.path": text, "x.mount": text}
    parsed = PROBE.parse(section(systemd=text, states=text, texts=shown(files), links=text))
    assert isinstance(parsed.facts, Units)
