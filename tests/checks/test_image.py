from __future__ import annotations

import hashlib

from migrate.checks.image import CHECK
from migrate.engines.layers import Contents, Entry, Layer
from migrate.model.facts import CapturedFile, Content
from migrate.model.plan import FileChoice, Volume
from migrate.model.verdict import FAILED, PASSED, Check
from tests.checks.scenes import scene, workload

DIGEST = hashlib.sha256(b"x").hexdigest()
CONTENT = Content((
    CapturedFile("/srv/app", "directory", 0o755, 0, 0),
    CapturedFile("/srv/app/a.war", "file", 0o644, 0, 0, 1, sha256=DIGEST),
    CapturedFile("/srv/app/data/x", "file", 0o644, 0, 0, 1, sha256=DIGEST),
    CapturedFile("/srv/app/key", "file", 0o600, 0, 0, 1, sha256=DIGEST, secrets=("key",)),
))  # fmt: skip


def judged(**entries: Entry) -> Check:
    volume = Volume("data", "/srv/app/data", "data", "copy", 0, 0, 0o755, "written")
    web = workload("web", files=(FileChoice("/srv/app", "needed"),), volumes=(volume,))
    tree = {f"/srv/app/{name}.war": entry for name, entry in entries.items()}
    contents = Contents({"l": Layer(1, tree)}, {"web": ("l",)})
    (check,) = CHECK.run(scene(web, facts=(CONTENT,), read_images=lambda: contents))
    return check


def test_all_but_state_and_secrets_has_to_be_there() -> None:
    check = judged(a=Entry("file", 1, digest=DIGEST))
    assert (check.status, check.summary) == (PASSED, "all 1 captured files are there")


def test_a_missing_archive_fails() -> None:
    assert (judged().status, judged().detail) == (FAILED, "missing: /srv/app/a.war")


def test_another_content_fails() -> None:
    check = judged(a=Entry("file", 1, digest="0" * 64))
    assert (check.status, check.detail) == (FAILED, "other content: /srv/app/a.war")
