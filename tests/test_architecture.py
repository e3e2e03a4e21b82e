"""Keeps the shape of docs/concepts.md by reading the imports: one way, pure in the middle, one file for each part."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "migrate"

# The constant in which a part of each step ends. A module with that constant is a part.
PARTS = {
    "reach": "TRANSPORT",
    "probes": "PROBE READING",
    "detectors": "DETECTOR",
    "emitters": "EMITTER",
    "engines": "ENGINE",
    "stores": "STORE",
    "checks": "CHECK",
    "reports": "REPORT",
}

# What each step may know besides itself, in the order of the line: nothing that comes after it. "a.*" is all in a step,
# "a" its contract alone (the package itself, where the types of its parts are).
ANYBODY = {"errors", "quoting", "parts"}
STEPS = {
    "model": set(),
    "syntax": {"model.*"},
    "reach": {"model.*", "process", "framing", "shipped"},
    # What a line holds that must not be shown is known in one place, and parsers mask before anything else sees it.
    "probes": {"model.*", "syntax.*", "planning.secrets.*"},
    "capture": {"model.*", "syntax.*", "reach", "probing", "framing", "archives", "files", "planning.secrets.*"},
    "detectors": {"model.*", "syntax.*"},
    "planning": {"model.*", "syntax.*", "detectors"},
    "assessment": {"model.*"},
    "emission": {"model.*", "emitters"},
    "emitters": {"model.*", "emission.*"},
    "engines": {"model.*", "process"},
    "stores": {"model.*", "reach", "engines", "process", "files", "framing"},
    # A proof asks for what was emitted by the names that emission gave it, and compares as recording asked.
    "checks": {"model.*", "emission.*", "emitters", "engines.*", "exchange", "compare", "normalising"},
    # They write the verdict themselves, by the one door, out of a template that ships.
    "reports": {"model.*", "emission.*", "files", "shipped"},
}

# The line itself: these put the steps together, so nothing but the command line and each other may know them.
LINE = {"cli", "pipeline", "screens", "planview", "demonstration"}

# Who borrows a function of a part without depending on the part being there as a part.
BORROWS = {
    ("validation", "checks.health"): "waits for the application as the check judges it",
    ("validation", "checks.image"): "asks for the files that the check will look for, while the image is read once",
    ("validation", "checks.secrets"): "the same for the values that no layer may hold",
}

# Steps and modules that are functions from object to object: no clock, no network, no file.
PURE = [
    "model/*",
    "syntax/*",
    "probes/*",
    "detectors/*",
    "planning/*",
    "assessment/*",
    "emission/*",
    "emitters/*",
    "compare.py",
    "statuspages.py",
    "differing.py",
    "faithfulness.py",
    "planview.py",
    "outlook.py",
    "overview.py",
    "views.py",
    "normalising.py",
    "variation.py",
    "questions.py",
    "quoting.py",
]
IMPURE_MODULES = set(
    "asyncio glob http.client logging multiprocessing os paramiko pathlib random requests secrets select shutil signal "
    "socket subprocess sys tempfile threading time urllib.request urllib3 uuid".split()
)
IMPURE_CALLS = {
    "open",
    "input",
    "print",
    "exec",
    "eval",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
}
IMPURE_CALLS |= {f"datetime.{name}" for name in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")}
IMPURE_METHODS = set("read_text read_bytes write_text write_bytes iterdir rglob mkdir unlink".split())
# They read, once and when they are imported, what ships beside them: a part of the program that is no Python.
READS_ITS_OWN = {
    "probes/sections.py": "a probe's shell lies beside its parser",
    "probes/files.py": "its shell is put together from several files",
    "emission/templates.py": "the emitters' templates",
    "planning/upstream.py": "the table of official images",
}

HEAVY = "ansible_runner cryptography crossplane jc jinja2 lxml paramiko pydantic rich urllib3 yaml".split()


def modules() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


def name_of(path: Path) -> str:
    """``planning.secrets.found``; a package's own name for its ``__init__``."""
    words = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(words[:-1] if words[-1] == "__init__" else words)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that are imported, anywhere in the file, for types alone included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from {_module(node.module or "", alias.name) for alias in node.names}


def _module(package: str, name: str) -> str:
    """``from migrate.planning import state`` imports a module, ``from migrate.errors import Gap`` does not."""
    below = ROOT / package.replace(".", "/") / name
    return f"{package}.{name}" if below.is_dir() or below.with_suffix(".py").exists() else package


def ours(path: Path) -> Iterator[str]:
    return (name.removeprefix("migrate.") for name in imported(path) if name.startswith("migrate."))


def is_part(path: Path) -> bool:
    constants = PARTS.get(path.parent.name, "").split()
    return path.parent.parent == PACKAGE and any(
        isinstance(target, ast.Name) and target.id in constants
        for node in tree_of(path).body
        if isinstance(node, ast.Assign)
        for target in node.targets
    )


def parts_of(step: str) -> list[Path]:
    return [path for path in modules() if path.parent == PACKAGE / step and is_part(path)]


def is_pure(path: Path) -> bool:
    return any(fnmatch(str(path.relative_to(PACKAGE)), pattern) for pattern in PURE)


# --- one way ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_a_step_knows_only_what_comes_before_it(step: str) -> None:
    allowed = {step, f"{step}.*", *ANYBODY, *STEPS[step]}
    allowed |= {pattern.removesuffix(".*") for pattern in allowed}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        if name_of(path).split(".")[0] == step
        for name in ours(path)
        if not any(fnmatch(name, pattern) for pattern in allowed)
    ]
    assert wrong == []


def test_every_folder_is_a_step_with_its_place_in_the_line() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(STEPS)


def test_only_the_command_line_knows_the_line() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        for name in ours(path)
        if name in LINE and name_of(path) not in LINE
    ]
    assert wrong == []


# --- parts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", PARTS)
def test_parts_of_a_step_do_not_know_each_other(step: str) -> None:
    parts = {name_of(path) for path in parts_of(step)}
    wrong = [f"{name_of(path)} imports {name}" for path in parts_of(step) for name in ours(path) if name in parts]
    assert wrong == []


@pytest.mark.parametrize("step", PARTS)
def test_no_module_names_the_parts_of_a_step(step: str) -> None:
    """The folder is the registry: a part that another module must import would have to be added in two places."""
    parts = {name_of(path) for path in parts_of(step)}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        for name in ours(path)
        if name in parts and (name_of(path), name) not in BORROWS
    ]
    assert wrong == []


@pytest.mark.parametrize("step", PARTS)
def test_every_part_has_its_test_file(step: str) -> None:
    missing = [
        f"tests/{step}/test_{path.stem}.py"
        for path in parts_of(step)
        if not (ROOT / "tests" / step / f"test_{path.stem}.py").exists()
    ]
    assert missing == []


# --- the pure middle --------------------------------------------------------------------------------------------------


def test_the_middle_imports_nothing_that_does_input_or_output() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        if is_pure(path)
        for name in imported(path)
        if name in IMPURE_MODULES and not (name == "pathlib" and _reads_its_own(path))
    ]
    assert wrong == []


def test_the_middle_opens_nothing_and_asks_no_clock() -> None:
    wrong = [
        f"{name_of(path)}:{line} calls {call}"
        for path in modules()
        if is_pure(path)
        for line, call in _impure_calls(path)
    ]
    assert wrong == []


def _reads_its_own(path: Path) -> bool:
    return str(path.relative_to(PACKAGE)) in READS_ITS_OWN


def _impure_calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            call = ast.unparse(node.func)
            method = call.rpartition(".")[2] if "." in call else ""
            if call in IMPURE_CALLS or (method in IMPURE_METHODS and not _reads_its_own(path)):
                yield node.lineno, call


# --- start-up ---------------------------------------------------------------------------------------------------------


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import contextlib, io, sys, migrate.cli\n"
        "with contextlib.redirect_stdout(io.StringIO()) as said: migrate.cli._run(['--help'])\n"
        f"assert 'discover' in said.getvalue()\nprint(*sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
