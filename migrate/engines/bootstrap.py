"""The tools that make a distribution's root file system from its packages, and the mirrors to try in turn.

Mirrors are never written here: they come from this machine's own configuration, from the tools, or from the host.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate import process
from migrate.model.archives import archive
from migrate.model.plan import Base

_LIMIT = 1500.0
_SCRIPTS = Path("/usr/share/debootstrap/scripts")
# Without it apt takes usrmerge, and with that all of Perl, where the official images have neither.
_MERGED = Path("/usr/share/mmdebstrap/hooks/maybe-merged-usr")
SLIM = "-slim"
# What the official slim images leave out, and go on leaving out.
_LEFT_OUT = (
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/lintian/*",
    "path-exclude=/usr/share/locale/*",
    "path-include=/usr/share/locale/locale.alias",
)
_FORGET = (
    '{ "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };'
)
_CLEAN = f"""\
DPkg::Post-Invoke {_FORGET}
APT::Update::Post-Invoke {_FORGET}
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
"""


@dataclass(frozen=True, slots=True)
class Request:
    """:ivar epoch: no file of the image is younger; makes two runs of a day equal."""

    base: Base
    release: str
    repositories: tuple[str, ...]
    scratch: Path
    epoch: int

    @property
    def tar(self) -> Path:
        return self.scratch / "root.tar"

    @property
    def root(self) -> Path:
        return self.scratch / "root"

    @property
    def slim(self) -> bool:
        """Without documentation, manuals and translations."""
        return self.base.image.endswith(SLIM)


@dataclass(frozen=True, slots=True)
class Attempt:
    """:ivar run: makes ``request.tar``; what went wrong, or None."""

    what: str
    run: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    family: str
    attempts: Callable[[Request], Iterator[Attempt]]

    def present(self) -> bool:
        return process.available(self.name)


# --- dpkg -----------------------------------------------------------------------------------------------------------


def _mmdebstrap(request: Request) -> Iterator[Attempt]:
    for what, sources in _dpkg_sources(request):
        argv = ["mmdebstrap", "--quiet", "--variant=minbase", "--format=tar", *_dpkg_options(sources)]
        # With those settings "apt-get clean" does not know of the caches that are there already.
        argv += [f"--customize-hook=copy-in {_as_in_images(request)} /etc/apt/apt.conf.d"]
        argv += ['--customize-hook=rm -f "$1"/var/cache/apt/*.bin']
        argv += [f"--hook-dir={_MERGED}"] if _MERGED.is_dir() else []
        argv += [f"--dpkgopt={option}" for option in _LEFT_OUT] if request.slim else []
        argv += [request.release, str(request.tar), *sources]
        yield Attempt(what, lambda argv=argv: _run(argv, request))  # type: ignore[misc]


def _dpkg_options(sources: Sequence[str]) -> list[str]:
    """Old releases have signatures that ran out; their archives don't change any more."""
    known_old = any("archive" in source or "old-releases" in source for source in sources)
    options = ["--aptopt=Acquire::Retries 3"]
    return [*options, "--aptopt=Acquire::Check-Valid-Until false"] if known_old else options


def _debootstrap(request: Request) -> Iterator[Attempt]:
    for what, sources in _dpkg_sources(request):
        mirror = [next(iter(re.findall(r"\S+://\S+", " ".join(sources))), "")] if sources else []
        argv = ["debootstrap", "--variant=minbase", request.release, str(request.root), *mirror]
        tidy = _slim if request.slim else _empty_apt
        yield Attempt(what, lambda argv=argv, tidy=tidy: _run(argv, request, tidy))  # type: ignore[misc]


def _as_in_images(request: Request) -> Path:
    """apt's settings of the official images: nothing of an installation stays in the cache."""
    place = request.scratch / "docker-clean"
    if request.scratch.is_dir():
        place.write_text(_CLEAN)
    return place


def _slim(root: Path) -> None:
    _empty_apt(root)
    for folder in ("doc", "man", "info", "lintian", "locale"):
        for path in sorted((root / "usr/share" / folder).rglob("*"), reverse=True):
            if (path.is_symlink() or path.is_file()) and path.name not in ("copyright", "locale.alias"):
                path.unlink()
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text("\n".join((*_LEFT_OUT, "")))


def _empty_apt(root: Path) -> None:
    (root / "etc/apt/apt.conf.d/docker-clean").write_text(_CLEAN)
    for folder in ("var/cache/apt/archives", "var/lib/apt/lists"):
        for path in sorted((root / folder).rglob("*"), reverse=True):
            if path.is_file():
                path.unlink()


def _dpkg_sources(request: Request) -> Iterator[tuple[str, list[str]]]:
    """What to tell apt, best first: this machine's mirror, the tool's own choice, the archive, the host's mirror."""
    local = _local_sources(request)
    if local:
        yield "with this machine's mirror", local
        yield "with this machine's mirror, without updates", local[:1]
    yield "with its default mirror", []
    for mirror in _script_mirrors(request):
        yield f"with {mirror}", [f"deb {mirror} {request.release} main"]
    if (kept := archive(request.base)) is not None:
        host = os.environ.get("MIGRATE_ARCHIVE", kept.host)
        yield f"with the archive, {host}", [f"deb http://{host}/{request.base.os_id} {request.release} main"]
    for mirror in _public(request):
        yield "with the host's mirror", [f"deb {mirror} {request.release} main"]


def _local_sources(request: Request) -> list[str]:
    """This machine's own package sources with the other release in the place of its own, where it is the same
    distribution."""
    here = _os_release()
    own = here.get("VERSION_CODENAME", "")
    if here.get("ID") != request.base.os_id or not own or not process.available("apt-get"):
        return []
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    asked = process.run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"], timeout=60)
    rows = [row for row in (line.split() for line in asked.text.splitlines()) if len(row) == 3]
    suites = {(uri, suite) for uri, suite, component in rows if component == "main" and suite.startswith(own)}
    main = sorted(suites, key=lambda pair: (pair[1] != own, pair[1]))
    return [f"deb {uri} {request.release}{suite.removeprefix(own)} main" for uri, suite in main]


def _script_mirrors(request: Request) -> list[str]:
    """The mirrors that debootstrap knows for a release, the archives of dead ones among them."""
    path = _SCRIPTS / request.release
    if "/" in request.release or not path.exists():
        return []
    return list(dict.fromkeys(re.findall(r"default_mirror\s+(https?://\S+)", path.read_text(errors="replace"))))


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


# --- rpm and apk ----------------------------------------------------------------------------------------------------


def _dnf(request: Request) -> Iterator[Attempt]:
    root = f"--installroot={request.root}"
    common = [
        root,
        f"--releasever={request.base.version}",
        "--setopt=install_weak_deps=False",
        "--nodocs",
        "--assumeyes",
    ]
    packages = ["bash", "coreutils", "rpm", "dnf" if _major(request) >= 8 else "yum"]
    repositories = [f"--repofrompath=host{n},{url}" for n, url in enumerate(_public(request))]
    for what, extra in (("with this machine's repositories", []), ("with the host's repositories", repositories)):
        if extra or what.startswith("with this"):
            argv = ["dnf", *common, *extra, "install", *packages]
            yield Attempt(what, lambda argv=argv: _run(argv, request, _empty_rpm))  # type: ignore[misc]


def _zypper(request: Request) -> Iterator[Attempt]:
    program = ["zypper", "--root", str(request.root), "--non-interactive"]
    adding = [[*program, "addrepo", url, f"host{number}"] for number, url in enumerate(_public(request))]
    install = [*program, "install", "--no-recommends", "bash", "coreutils", "zypper", "rpm"]

    def run() -> str | None:
        complaints = (_run(add, request, pack=False) for add in adding)
        return next((one for one in complaints if one), None) or _run(install, request, _empty_rpm)

    if adding:
        yield Attempt("with the host's repositories", run)


def _empty_rpm(root: Path) -> None:
    for folder in ("var/cache/dnf", "var/cache/yum", "var/cache/zypp"):
        for path in sorted((root / folder).rglob("*"), reverse=True):
            if path.is_file():
                path.unlink()


def _apk(request: Request) -> Iterator[Attempt]:
    repositories = [word for url in _public(request) for word in ("--repository", url)]
    if repositories:
        # The new root has no keys yet: this machine's decide who is trusted.
        program = ["apk", "--root", str(request.root), "--keys-dir", "/etc/apk/keys", *repositories]
        argv = [*program, "--initdb", "add", "alpine-base"]
        yield Attempt("with the host's repositories", lambda: _run(argv, request))


def _public(request: Request) -> list[str]:
    """The host's repositories that anybody may read, each once; nothing that a program takes for something else."""
    return [url for url in dict.fromkeys(request.repositories) if re.match(r"https?://[^\s@,;]+$", url)]


def _major(request: Request) -> int:
    found = re.match(r"\d+", request.base.version)
    return int(found.group()) if found else 0


# --- running ---------------------------------------------------------------------------------------------------------


def _run(
    argv: Sequence[str], request: Request, tidy: Callable[[Path], None] | None = None, *, pack: bool = True
) -> str | None:
    """Run a tool; pack the tree where it made one. What it complained of, or None."""
    done = process.run(argv, env={"SOURCE_DATE_EPOCH": str(request.epoch), "LC_ALL": "C"}, timeout=_LIMIT)
    if not done.ok:
        shutil.rmtree(request.root, ignore_errors=True)
        request.tar.unlink(missing_ok=True)
        return done.complaint or f"exit status {done.status}"
    if pack and request.root.exists() and not request.tar.exists():
        if tidy is not None:
            tidy(request.root)
        return _pack(request)
    return None


def _pack(request: Request) -> str | None:
    argv = [
        "tar",
        "--create",
        "--sort=name",
        f"--mtime=@{request.epoch}",
        "--clamp-mtime",
        "--numeric-owner",
        "--one-file-system",
    ]
    done = process.run([*argv, f"--file={request.tar}", f"--directory={request.root}", "."], timeout=_LIMIT)
    return None if done.ok else done.complaint


TOOLS = (
    Tool("mmdebstrap", "dpkg", _mmdebstrap),
    Tool("debootstrap", "dpkg", _debootstrap),
    Tool("dnf", "rpm", _dnf),
    Tool("zypper", "rpm", _zypper),
    Tool("apk", "apk", _apk),
)
