from __future__ import annotations

import pytest

from migrate.planning import secrets


@pytest.mark.parametrize(
    "body",
    ["#!/bin/sh\necho Birke-4471\n", "#!/bin/bash\n# of the key\nset -e\nprintf '%s\\n' 'Birke-4471'\nexit 0\n",
     '#!/usr/bin/env bash\nexec /bin/echo "Birke-4471"\n'],
)  # fmt: skip
def test_what_a_script_prints_and_does_nothing_else_is_a_password(body: str) -> None:
    [found] = secrets.find("/etc/apache2/ssl/passwort.sh", body.encode())
    assert (found.kind, found.value) == ("password", "Birke-4471")


@pytest.mark.parametrize(
    ("path", "body"),
    [("/usr/local/bin/gruss", "#!/bin/sh\necho Birke-4471\n"), ("/etc/ssl/pass.sh", "#!/bin/sh\necho $1\n"),
     ("/etc/ssl/pass.sh", "#!/bin/sh\necho Birke-4471 > x\n"), ("/etc/ssl/pass.sh", "#!/bin/sh\ncat\necho Birke\n"),
     ("/etc/ssl/pass.sh", "#!/bin/sh\necho it is asked elsewhere\n")],
)  # fmt: skip
def test_other_scripts_print_no_password(path: str, body: str) -> None:
    assert secrets.find(path, body.encode()) == ()
