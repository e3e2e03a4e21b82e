"""One build context for each image: Dockerfile, the workload's files, and what gives them back owner and mode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migrate.emission import (
    accounts,
    crontab,
    entrypoint,
    health,
    package_steps,
    packages,
    permissions,
    repositories,
    scheduler,
    scratch,
    secrets,
    steps,
)
from migrate.emission.forwarders import bases
from migrate.emission.names import folder, migrated
from migrate.emission.package_steps import Step
from migrate.emission.repositories import Given
from migrate.emission.templates import render
from migrate.emission.text import comment, value, word
from migrate.emission.tree import Placed, tree
from migrate.emitters import Emitter, Sources
from migrate.errors import InputError
from migrate.model.archives import archive
from migrate.model.bundle import BundleFile
from migrate.model.paths import ANCHORS
from migrate.model.plan import Base, Workload
from migrate.quoting import exec_form

_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*")
_SIGNAL = re.compile(r"(?:SIG)?[A-Z0-9+-]+|\d+")
_LIBRARY = re.compile(r"/(?:usr/|usr/local/)?lib(?:32|64)?/.*\.so(?:\.[\d.]+)?|/etc/ld\.so\.conf(?:\.d/.*)?")
_IGNORE = "# Only what the Dockerfile copies\n*\n"


@dataclass(frozen=True, slots=True)
class _Image:
    """What both the Dockerfile and the files of the context are made from."""

    workload: Workload
    placed: tuple[Placed, ...]
    entrypoint: bytes | None
    script: bytes
    stage: str
    steps: tuple[Step, ...]
    repositories: tuple[Given, ...] = ()

    @property
    def preferences(self) -> tuple[tuple[str, Step], ...]:
        """(file in the context, step) of those steps whose versions are told to apt."""
        last = len(self.steps)
        named = ((f"preferences.{n}" if n < last else "preferences", one) for n, one in enumerate(self.steps, start=1))
        return tuple((name, step) for name, step in named if step.pins)


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    steps = package_steps.steps(sources, workloads)
    found = [file for workload in workloads for file in _context(sources, workload, steps[workload.name])]
    found += [file for name, base in bases(workloads) for file in _forwarder(name, base)]
    return tuple(found)


def _context(sources: Sources, workload: Workload, steps: tuple[Step, ...]) -> Iterator[BundleFile]:
    placed = tree(sources, workload, _generated(workload))
    script = permissions.script(placed, tuple(one.path for one in scratch.begun(workload)))
    image = _Image(
        workload,
        placed,
        entrypoint.text(workload),
        script,
        permissions.stage(script),
        steps,
        _repositories(sources, workload),
    )
    place = folder(workload.name)
    yield BundleFile(f"{place}/Dockerfile", _dockerfile(sources, image).encode())
    yield BundleFile(f"{place}/.dockerignore", (_IGNORE + "".join(f"!{name}\n" for name in _used(image))).encode())
    for path, data in repositories.files(image.repositories) if image.repositories else ():
        yield BundleFile(f"{place}/{repositories.FOLDER}/{path}", data)
    for name, step in image.preferences:
        yield BundleFile(f"{place}/{name}", render("dockerfile/preferences.j2", pins=step.pins).encode())
    if image.placed:
        yield BundleFile(f"{place}/rootfs.sh", image.script, 0o755)
    if image.entrypoint is not None:
        yield BundleFile(f"{place}/entrypoint.sh", image.entrypoint, 0o755)
    for one in image.placed:
        if one.data is not None and one.path != entrypoint.PATH:
            mode = 0o755 if one.mode & 0o111 else 0o644
            yield BundleFile(f"{place}/{permissions.context_name(one.path)}", one.data, mode, mtime=one.mtime)


def _generated(workload: Workload) -> Iterator[Placed]:
    script = entrypoint.text(workload)
    if script is not None:
        yield Placed(entrypoint.PATH, "file", 0o755, data=script)
    if scheduler.used(workload):
        yield Placed(scheduler.PATH, "file", 0o755, data=scheduler.SCRIPT.encode())
    if workload.jobs and not secrets.hidden_jobs(workload):
        for table in crontab.tables(workload):
            yield Placed(table.path, "file", table.mode, data=table.data)
    if workload.timezone and re.fullmatch(r"[A-Za-z0-9_+/-]+", workload.timezone):
        yield Placed("/etc/localtime", "link", target=f"/usr/share/zoneinfo/{workload.timezone}")


def _used(image: _Image) -> list[str]:
    given = [repositories.FOLDER] if image.repositories else []
    return [*given, *(name for name, _ in image.preferences), *(source.rstrip("/") for source, _ in _copies(image))]


def _repositories(sources: Sources, workload: Workload) -> tuple[Given, ...]:
    found = repositories.given(sources.snapshots[workload.host], workload)
    return found if workload.base.family == "dpkg" else ()


def _copies(image: _Image) -> list[tuple[str, str]]:
    names = {
        permissions.context_name(one.path).partition("/")[0]
        for one in image.placed
        if one.kind == "file" and one.path != entrypoint.PATH
    }
    targets = (("rootfs", image.stage), ("odd", "/odd"))
    found = [(f"{name}/", f"{target}/") for name, target in targets if name in names]
    if image.entrypoint is not None:
        found.append(("entrypoint.sh", f"{image.stage}{entrypoint.PATH}"))
    return [*found, ("rootfs.sh", "/")] if image.placed else []


def _dockerfile(sources: Sources, image: _Image) -> str:
    workload = image.workload
    identity = accounts.identity(sources, workload)
    commands, instructions = _steps(image)
    return render(
        "dockerfile/Dockerfile.j2",
        comments=[
            comment(f"{workload.name}, as it ran on {workload.host}: {workload.because}"),
            comment(workload.base.because),
        ],
        base=_base(workload.base),
        family=_family(workload.base),
        archive=archive(workload.base),
        steps=[_step(image, one, () if one.shared else commands) for one in image.steps],
        repositories=[one.repository.name or one.repository.url for one in image.repositories],
        encrypted=any(one.repository.url.startswith("https") for one in image.repositories),
        languages=packages.languages(sources, workload.host),
        instructions=instructions,
        copies=_copies(image),
        stage=image.stage,
        labels=_labels(workload),
        environment=_environment(workload),
        ldconfig=workload.base.family != "apk"
        and any(_LIBRARY.fullmatch(one.path) for one in image.placed if one.kind != "directory"),
        anchors=any(one.path.startswith(tuple(f"{place}/" for place in ANCHORS)) for one in image.placed),
        directory=_directory(workload),
        ports=sorted(
            {f"{port.port}/{port.protocol}" for port in workload.ports if port.protocol in ("tcp", "udp", "sctp")}
        ),
        user=None if identity.root else _user(workload, identity),
        stop_signal=_signal(workload),
        health=_json(health.command(workload)),
        health_because=comment(workload.health.because) if workload.health and workload.health.because else None,
        start_period=max(workload.health.start_period, 0) if workload.health else 0,
        entrypoint=_entrypoint(image),
        command=_command(image),
    )


def _base(base: Base) -> str:
    if not _IMAGE.fullmatch(base.image):
        raise InputError(f"plan.yaml: {base.image!r} can't be the name of an image")
    return base.image


def _family(base: Base) -> str:
    if base.family not in ("dpkg", "rpm", "apk"):
        raise InputError(f"plan.yaml: {base.image}: {base.family!r} is no family of packages", "use dpkg, rpm or apk")
    return base.family


def _step(image: _Image, step: Step, commands: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {
        "shared": comment(f"The same in the images of {', '.join(step.shared)}: built once.") if step.shared else None,
        "accounts": _accounts(step),
        "packages": step.asked,
        "architectures": packages.architectures(name for name, _ in step.asked),
        "preferences": next((name for name, one in image.preferences if one is step), None),
        "commands": commands,
    }


def _accounts(step: Step) -> list[tuple[str, str, str]]:
    """(file below /etc, pattern of the line that it replaces, line), quoted for the shell."""
    lines: list[tuple[str, str, str]] = []
    for group in step.groups:
        members = ",".join(group.members)
        if group.gid >= 0:
            lines.append(("group", group.name, f"{group.name}:x:{group.gid}:{members}"))
            lines.append(("gshadow", group.name, f"{group.name}:!::{members}"))
    for user in step.users:
        line = f"{user.name}:x:{user.uid}:{user.gid}:{accounts.gecos(user)}:{user.home}:{user.shell}"
        lines.append(("passwd", user.name, line))
        lines.append(("shadow", user.name, f"{user.name}:*:17000:0:99999:7:::"))
    return [(file, word(re.sub(r"([.$*\[\]^\\])", r"\\\1", name)), word(line)) for file, name, line in lines]


def _steps(image: _Image) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Commands that run with the installation, in its layer, and instructions of their own for those that can't."""
    commands, instructions = [], []
    for step in image.workload.steps:
        text = steps.command(step.command)
        if text is not None:
            commands.append((comment(step.because), text))
        else:
            instructions.append((comment(step.because), exec_form(("/bin/sh", "-euc", step.command))))
    if image.workload.jobs:
        tables = (
            "/etc/crontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/*"
        )
        commands.append((comment("the jobs of the base are not ours"), f"rm -rf {tables}"))
    if image.workload.jobs and not scheduler.used(image.workload):
        loginuid = "sed -i '/pam_loginuid/d' \"$file\""
        commands.append(
            ("", f'for file in /etc/pam.d/cron /etc/pam.d/crond; do if [ -f "$file" ]; then {loginuid}; fi; done')
        )
    because = comment("a link of the host, where the package may have a directory")
    commands += [(because, f"test -L {path} || rm -rf {path}") for path in _replaced(image)]
    return commands, instructions


def _replaced(image: _Image) -> list[str]:
    """Links that the plan names, which may stand where the package has a directory."""
    links = {one.path for one in image.placed if one.kind == "link"}
    return [word(choice.path) for choice in image.workload.files if choice.path in links]


def _labels(workload: Workload) -> list[str]:
    pairs = {
        "org.opencontainers.image.title": workload.name,
        "org.opencontainers.image.description": f"{workload.kind} as it ran on {workload.host}",
        **({"org.opencontainers.image.version": version} if (version := _version(workload)) else {}),
        "migrate.workload": workload.name,
        "migrate.host": workload.host,
    }
    return [*(f"{name}={value(text)}" for name, text in pairs.items()), 'org.opencontainers.image.base.name="${BASE}"']


def _version(workload: Workload) -> str | None:
    """That of the package whose program it runs."""
    program = workload.command[0] if workload.command else ""
    owners = (one for one in workload.packages if program and one.because.startswith(f"owns {program}:"))
    return next((one.version for one in owners), None)


def _environment(workload: Workload) -> list[str]:
    found = {
        one.name: one.value
        for one in workload.environment
        if entrypoint.carried(one) and not secrets.MARK.search(one.value)
    }
    if workload.timezone and workload.timezone.isprintable():
        found.setdefault("TZ", workload.timezone)
    return [f"{name}={value(text)}" for name, text in sorted(found.items())]


def _directory(workload: Workload) -> str | None:
    path = entrypoint.directory(workload)
    if path is None or path == "/":
        return None
    return path if re.fullmatch(r"[A-Za-z0-9/._-]+", path) else value(path)


def _user(workload: Workload, identity: accounts.Identity) -> str:
    """The name, so that supplementary groups count; numbers where the image does not know the user."""
    known = any(account.name == workload.user for account in workload.accounts)
    return str(workload.user) if known else f"{identity.uid}:{identity.gid}"


def _signal(workload: Workload) -> str | None:
    if workload.stop_signal is None or workload.stop_signal == "SIGTERM":
        return None
    if not _SIGNAL.fullmatch(workload.stop_signal):
        raise InputError(f"plan.yaml: {workload.name}: {workload.stop_signal!r} is no signal")
    return workload.stop_signal


def _entrypoint(image: _Image) -> str | None:
    """Ours, or none: that of an official image would start what it thinks best."""
    if image.entrypoint is not None:
        return exec_form((entrypoint.PATH,))
    return "[]" if image.workload.base.choice == "upstream" else None


def _command(image: _Image) -> str | None:
    workload = image.workload
    if not (workload.command or workload.jobs or workload.entrypoint):
        raise InputError(
            f"plan.yaml: {workload.name} has no command", "write the foreground command, or set migrate: false"
        )
    return _json(entrypoint.command(workload))


def _json(words: tuple[str, ...]) -> str | None:
    return exec_form(words) if words else None


def _forwarder(name: str, base: Base) -> Iterator[BundleFile]:
    asked = [("hostname", None), ("socat", None)] if base.family == "rpm" else [("socat", None)]
    text = render(
        "dockerfile/forwarder.j2",
        comments=[comment("Relays loopback addresses between the containers")],
        title=name,
        base=_base(base),
        family=_family(base),
        archive=archive(base),
        step={"packages": asked, "architectures": (), "preferences": None, "commands": ()},
        languages=(),
    )
    yield BundleFile(f"{folder(name)}/Dockerfile", text.encode())
    yield BundleFile(f"{folder(name)}/.dockerignore", _IGNORE.encode())


EMITTER = Emitter("dockerfile", emit)
