from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.detectors.vsftpd import DETECTOR
from tests.planning.hosts import process, snapshot


def advice(settings: bytes, **texts: bytes) -> Advice:
    host = snapshot(texts={"/etc/vsftpd.conf": settings, **{f"/etc/{name}": text for name, text in texts.items()}})
    found = Candidate("vsftpd", None, (process(9, "/usr/sbin/vsftpd"),))
    assert DETECTOR.recognise(found, host)
    return DETECTOR.advise(found, host)


def test_users_of_the_list_log_in_and_their_folders_are_state() -> None:
    found = advice(
        b"local_enable=YES\nuserlist_enable=YES\nuserlist_deny=NO\nuserlist_file=/etc/ftpusers.ok\n",
        **{"ftpusers.ok": b"anna\n"},
    )
    assert found.accounts == ("anna",)
    assert [(one.path, one.uid) for one in found.volumes] == [("/home/anna", 1000)]


def test_passive_connections_have_ports_that_are_published_as_they_are() -> None:
    found = advice(b"pasv_min_port=40000\npasv_max_port=40002\n")
    assert [(one.port, one.publish) for one in found.ports] == [(40000, 40000), (40001, 40001), (40002, 40002)]
    assert found.command == ("/usr/sbin/vsftpd", "/etc/vsftpd.conf", "-obackground=NO")


def test_where_any_port_would_do_a_few_are_chosen() -> None:
    found = advice(b"listen=YES\n")
    assert "-opasv_min_port=21100" in found.command
    assert len(found.ports) == 10


def test_no_passive_connections_no_ports() -> None:
    assert advice(b"pasv_enable=NO\n").ports == ()
