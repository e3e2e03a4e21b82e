"""What programs of interpreters need that neither their imports nor their processes show by path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migrate.detectors import Candidate
from migrate.planning.index import Index, below, normal, parent

_ENTRY_POINT = re.compile(r"['\"](?P<name>[A-Za-z][\w.-]*)\s*(?:===?|>=|~=)\s*\d[\w.]*['\"]")
_REDUCED = re.compile(r"(?P<whole>(?!lib)[a-z]+[\d.]*)-(?:minimal|base)")


def whole(host: Index, package: str) -> str:
    """The interpreter that a reduced package is part of, where the host has it: python3 of python3-minimal."""
    match = _REDUCED.fullmatch(package)
    if match and match["whole"] in host.packages and package in host.closure([match["whole"]]):
        return match["whole"]
    return package


def distributions(host: Index, modules: Mapping[str, str], path: str, text: str) -> Iterator[tuple[str, str]]:
    """Packages of the Python distributions that a generated start script asks for: ``"gunicorn==20.1.0"``."""
    for match in _ENTRY_POINT.finditer(text):
        yield from distribution(host, modules, match["name"], f"{path} starts {match['name']}")


def modules_run(host: Index, modules: Mapping[str, str], candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Packages of ``python -m NAME``."""
    for process in candidate.processes:
        for option, name in zip(process.argv[1:], process.argv[2:], strict=False):
            if option == "-m" and re.fullmatch(r"[A-Za-z_][\w.]*", name):
                yield from distribution(host, modules, name.partition(".")[0], f"process {process.pid} runs -m {name}")


def distribution(host: Index, modules: Mapping[str, str], name: str, because: str) -> Iterator[tuple[str, str]]:
    """The package that brings a Python distribution or module."""
    lower = name.lower()
    keys = (f"python:{name}", f"python:{lower}", f"python:{lower.replace('-', '_')}")
    found = next((modules[key] for key in keys if key in modules), None)
    if found is None and f"python3-{lower}" in host.packages:
        found = f"python3-{lower}"
    if found:
        yield found, f"has the python module {name}: {because}"


def gem(host: Index, name: str) -> str | None:
    """The package of the gem that ``require NAME`` loads; gems lie in folders of their versions.

    Debian's Ruby policy calls it ruby-NAME, with hyphens; Fedora's rubygem-NAME.
    """
    pieces = name.split("/")
    for count in range(len(pieces), 0, -1):
        called = "-".join(pieces[:count])
        for package in (f"ruby-{called.replace('_', '-').lower()}", f"rubygem-{called}"):
            if package in host.packages:
                return package
    return None


def isolated(host: Index, candidate: Candidate) -> bool:
    """Whether everything that its Python imports comes from a virtualenv of its own."""
    places = [parent(parent(normal(process.argv[0]))) for process in candidate.processes if process.argv]
    texts = [host.snapshot.text(f"{place}/pyvenv.cfg") for place in places]
    shared = re.compile(r"(?m)^include-system-site-packages\s*=\s*true")
    return any(text is not None and not shared.search(text) for text in texts)


def environments(host: Index, paths: Iterable[str]) -> Iterator[str]:
    """The virtualenvs that these paths are part of."""
    for path in paths:
        yield from (root for root in host.virtualenvs if below(path, root))


# Where Perl looks for what an administrator installed: by hand, by the CPAN shell, by cpanm.
_PERL_PLACE = re.compile(
    r"/usr/local/(?:lib|lib64|share)(?:/[\w-]+)?/(?:perl5?|site_perl)(?:/[\d.]+)?(?:/(?:site|vendor)_perl)?|/etc/perl"
)
_PERL_LOADS = re.compile(r"(?m)^\s*(?:use|require)\s+(?:(?:base|parent)\s+(?:qw\W)?['\"]?)?([A-Za-z]\w*(?:::\w+)*)")
_PERL_PLACES = re.compile(r"(?:\buse\s+lib\b|@INC\b|\s-I)[^;\n]*")


def perl_modules(host: Index, path: str, text: str) -> Iterator[str]:
    """Captured modules, with their compiled parts, that a Perl text loads from outside of packages."""
    places = [*_perl_places(host), *_named_places(path, text)]
    for name in dict.fromkeys(_PERL_LOADS.findall(text)):
        file = name.replace("::", "/")
        for place in places:
            if f"{place}/{file}.pm" in host.entries:
                yield f"{place}/{file}.pm"
                if host.has_captured(f"{place}/auto/{file}"):
                    yield f"{place}/auto/{file}"
                break


def _perl_places(host: Index) -> tuple[str, ...]:
    """Directories of modules below /usr/local and /etc, deeper ones first: a release's own before what all share."""
    trees = [tree.root.path for tree in host.trees if "perl" in tree.root.path]
    found = {entry.path for tree in trees for entry in host.captured_below(tree) if entry.kind == "directory"}
    return tuple(sorted((one for one in found if _PERL_PLACE.fullmatch(one)), key=lambda one: (-one.count("/"), one)))


def _named_places(path: str, text: str) -> Iterator[str]:
    here = parent(path)
    for match in _PERL_PLACES.finditer(text):
        for word in re.findall(
            r"[\w$./:{}-]*/[\w./-]*", match[0].replace("$FindBin::Bin", here).replace("$RealBin", here)
        ):
            yield normal(word if word.startswith("/") else f"{here}/{word}")


_PERL_BESIDE = re.compile(
    r"FindBin|RealBin|__FILE__|\$0\b|\bchdir\b|\buse\s+lib\b|\b(?:require|do)\s*\(?\s*['\"$]|\bglob\b"
)


def stands_alone(host: Index, path: str) -> bool:
    """Whether a Perl script names in full whatever it needs: then the rest of its folder is not part of it.

    Other languages load what lies beside a script without saying where.
    """
    text = host.snapshot.text(path) or ""
    return bool(re.match(r"#!.*\bperl\b", text)) and not _PERL_BESIDE.search(text)
