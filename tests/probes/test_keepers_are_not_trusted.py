"""Whoever calls his process inetd or svscan can make the probe open files as root: what they hold must not go out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrate.probes import services
from tests.probes.shells import SHELLS, present

PIECES = Path(services.__file__).parent
SHADOW = "root:$6$salt$hash:19000:0:99999:7:::\nanna:$y$j9T$hash2:19000:0:99999:7:::\n"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n"
CONFIG = '[client]\nuser = root\npassword = s3cret-Zz9\n{\n  "auths": "s3cret-Zz9",\n    "token": "s3cret-Zz9",\n'
SPARSE = 8 << 20


def say(shell: str, piece: str, program: str) -> str:
    text = "PATH=/usr/bin:/bin; set -f; NL='\n'; gap() { echo gap; }\n" + (PIECES / piece).read_text() + program
    return subprocess.run(SHELLS[shell], input=text, capture_output=True, text=True, check=False, timeout=20).stdout


@pytest.mark.parametrize("shell", present())
def test_no_supervisor_s_file_is_told_but_by_its_own_form(shell: str, tmp_path: Path) -> None:
    for name, text in (("shadow", SHADOW), ("key", KEY), ("conf", CONFIG)):
        (tmp_path / name).write_text(text)
    kinds = ("supervisor", "circus", "monit", "god", "xinetd", "inetd", "run", "pid", "pm2")
    files = "\n".join(f"K={kind}\n{tmp_path}/{name}" for kind in kinds for name in ("shadow", "key", "conf"))
    told = say(shell, "services_keepers.sh", f"\nFILES='{files}'\ntold\n")
    assert told.count(">") == len(kinds) * 3, "all were read"
    for secret in ("hash", "s3cret", "b3Blbn"):
        assert secret not in told


@pytest.mark.parametrize("shell", present())
def test_a_user_s_unit_may_link_anywhere_and_be_of_any_size(shell: str, tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text(SHADOW + KEY + CONFIG)
    (tmp_path / "a.service").symlink_to(tmp_path / "shadow")
    (tmp_path / "b.service").write_text("[Service]\nExecStart=/bin/x \\\n  --more\n# no\nodd\n[Other]\nKey=s3cret\n")
    with (tmp_path / "c.service").open("wb") as file:
        file.truncate(SPARSE)
    told = say(shell, "user_units.sh", f"\nuser_texts {tmp_path}/a.service {tmp_path}/b.service {tmp_path}/c.service\n")
    assert told.splitlines() == [
        f">{tmp_path}/a.service",
        f">{tmp_path}/b.service",
        "|[Service]",
        "|ExecStart=/bin/x \\",
        "|  --more",
    ]
