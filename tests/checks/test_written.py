from __future__ import annotations

from migrate.checks.written import _refused, written
from migrate.model.plan import SecretUse, Volume
from tests.checks.scenes import workload


def test_what_lies_in_volumes_or_was_made_for_a_mount_was_not_written_by_the_container() -> None:
    one = workload(
        "app",
        volumes=(Volume("d", "/srv/app/data", "data", "copy", 1, 1, 0o755, ""),),
        secrets=(SecretUse("k", ("a",), path="/etc/app/key"),),
    )
    changes = (
        ("C", "/srv"), ("C", "/srv/app"), ("A", "/srv/app/data"), ("A", "/etc/app"), ("A", "/etc/app/key"),
        ("C", "/var"), ("C", "/tmp"), ("C", "/var/lib"),
        ("A", "/var/lib/app"), ("A", "/var/lib/app/seen"), ("D", "/var/lib/old"),
        ("A", "/run/migrate"), ("A", "/run/migrate/command"),
    )  # fmt: skip
    assert list(written(one, changes)) == ["/var/lib/app/seen", "/var/lib/old"]


def test_a_write_that_was_refused_fails_with_the_path_and_what_to_set() -> None:
    log = "started\nOSError: [Errno 30] Read-only file system: '/srv/app/cache/a b.json'\n"
    check = _refused(workload("app", read_only=True), log)
    assert check.status == "failed"
    assert "a volume of kind temporary (or data) at /srv/app/cache" in check.summary
    node = _refused(workload("app"), "Error: EROFS: read-only file system, open '/opt/a/b.log'")
    assert "/opt/a/b.log" in node.summary


def test_a_silent_read_only_root_is_proven() -> None:
    assert _refused(workload("app", read_only=True), "serving on :80\n").status == "passed"
