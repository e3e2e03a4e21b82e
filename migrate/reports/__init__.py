"""The verdict as files. One module for each, ending in ``REPORT = Report(…)``; each is a pure renderer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migrate import files
from migrate.errors import InputError
from migrate.model.verdict import Verdict
from migrate.parts import parts

_SOURCE = "validation.json"
_SUMS = ("holds", "counts")  # what the file says beside the verdict, for programs that only want that


@dataclass(frozen=True, slots=True)
class Report:
    """:ivar name: the file in reports/."""

    name: str
    render: Callable[[Verdict], bytes]


def save(folder: Path, verdict: Verdict) -> tuple[Path, ...]:
    """Write every report of the verdict; each file appears whole or not at all."""
    files.folder(folder)
    written = []
    for report in parts("migrate.reports", "REPORT"):
        files.write(folder / report.name, report.render(verdict))
        written.append(folder / report.name)
    return tuple(written)


def validated(folder: Path) -> bool:
    """Whether there is a verdict."""
    return (folder / _SOURCE).is_file()


def load(folder: Path) -> Verdict:
    """The last verdict. :raises InputError: nothing was validated here, or the file is not one of ours."""
    from migrate.model import codec

    path = folder / _SOURCE
    if not validated(folder):
        raise InputError(f"nothing was validated yet: there is no {path}", "run: migrate validate")
    document = codec.load_json(files.read(path), str(path))
    kept = (
        {key: value for key, value in document.items() if key not in _SUMS} if isinstance(document, dict) else document
    )
    return codec.load(Verdict, kept, str(path))


def again(folder: Path) -> Path:
    """Render the last verdict once more, with the templates of this version; the page's path."""
    save(folder, load(folder))
    return folder / "validation.html"


def as_json(document: object) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
