"""The programs that are compared with, each in an environment of its own in the cache: no dependency of the toolkit."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path


def program(package: str, name: str) -> Path | None:
    """``name`` out of the package from PyPI; None where it can't be had."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "migrate" / "peers" / package
    found = cache / "bin" / name
    if not (cache / "done").exists():
        print(f"installing {package} into {cache}", file=sys.stderr)
        venv.create(cache, with_pip=True, clear=True)
        words = (str(cache / "bin" / "python"), "-m", "pip", "install", "-q", package)
        if subprocess.run(words, stdout=sys.stderr, check=False).returncode != 0:
            return None
        (cache / "done").touch()
    return found if found.exists() else None


def version(package: str, name: str) -> str:
    """What it calls itself."""
    there = program(package, name)
    python = there.with_name("python") if there else Path(sys.executable)
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run((str(python), "-c", code), capture_output=True, text=True, check=False).stdout.strip()
