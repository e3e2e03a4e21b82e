"""Services as systemd's units say them: those of the system, and those of users' own managers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrate.model.facts import Service
from migrate.syntax import systemd
from migrate.syntax.process_tree import Tree


def service_of(name: str, unit: systemd.Unit, known: Mapping[str, str]) -> Service:
    """A service as its unit says it.

    :param known: what the specifiers stand for.
    """

    def run(key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(command for value in unit.all("Service", key) for command in systemd.commands(value, known))

    def one(key: str) -> str | None:
        value = unit.last("Service", key)
        return systemd.expanded(value, known) if value else None

    def several(key: str) -> tuple[str, ...]:
        return tuple(
            systemd.expanded(word, known) for value in unit.all("Service", key) for word in systemd.words(value)
        )

    limits = [(key, one(key) or "") for key in unit.keys("Service") if key.startswith("Limit")]
    return Service(
        name,
        "systemd",
        kind=one("Type"),
        exec_start=run("ExecStart"),
        exec_start_pre=run("ExecStartPre"),
        exec_stop=run("ExecStop"),
        environment=systemd.environment(unit.all("Service", "Environment"), known),
        environment_files=tuple(path.removeprefix("-") for path in several("EnvironmentFile")),
        user=one("User"),
        group=one("Group"),
        supplementary_groups=several("SupplementaryGroups"),
        working_directory=_folder(one("WorkingDirectory")),
        pid_file=_run_path(one("PIDFile")),
        umask=one("UMask"),
        kill_signal=_signal(one("KillSignal")),
        limits=tuple((key, value) for key, value in limits if value),
        runtime_directories=_directories(several("RuntimeDirectory")),
        state_directories=_directories(several("StateDirectory")),
        cache_directories=_directories(several("CacheDirectory")),
        logs_directories=_directories(several("LogsDirectory")),
        restart=one("Restart"),
    )


def _folder(path: str | None) -> str | None:
    """``-`` allows it to be missing; ``~`` is the user's home."""
    return path.removeprefix("-") if path and path != "~" else None


def _directories(names: tuple[str, ...]) -> tuple[str, ...]:
    """Newer releases have ``name:link``."""
    return tuple(name.partition(":")[0] for name in names)


def _run_path(path: str | None) -> str | None:
    return path if path is None or path.startswith("/") else f"/run/{path}"


def _signal(word: str | None) -> str | None:
    if word is None:
        return None
    if word.isdecimal():
        return {"1": "SIGHUP", "2": "SIGINT", "3": "SIGQUIT", "9": "SIGKILL", "10": "SIGUSR1", "15": "SIGTERM"}.get(
            word
        )
    return word if word.startswith("SIG") else f"SIG{word}"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone whose systemd of his own runs, or is started at boot."""

    uid: str
    name: str
    home: str

    def owns(self, path: str) -> bool:
        """Whether a unit file is read by this manager."""
        places = (f"{self.home}/", "/etc/systemd/user/", f"/run/user/{self.uid}/")
        return path.startswith(places)

    def specifiers(self, unit: str, hostname: str) -> dict[str, str]:
        """What stands for the system's folders stands for the user's."""
        run = f"/run/user/{self.uid}"
        own = {"u": self.name, "U": self.uid, "h": self.home, "t": run, "E": f"{self.home}/.config"}
        own |= {"S": f"{self.home}/.config", "C": f"{self.home}/.cache", "L": f"{self.home}/.config/log"}
        return systemd.specifiers(unit, hostname) | own


def people(lines: Iterable[str]) -> list[Person]:
    """``1001:lena:/home/lena``."""
    return [
        Person(*words)
        for line in dict.fromkeys(lines)
        if len(words := line.split(":", 2)) == 3 and words[2].startswith("/")
    ]


@dataclass(frozen=True, slots=True)
class UserUnit:
    """A unit of one user's manager.

    :ivar path: of the file that counts; the user's own before the administrator's.
    """

    person: Person
    name: str
    path: str
    unit: systemd.Unit
    drop_ins: tuple[str, ...]
    enabled: bool


def user_units(persons: Iterable[Person], files: Mapping[str, list[str]], links: Iterable[str]) -> Iterator[UserUnit]:
    """Every unit of every one of them; of a template each instance that something enables."""
    wanted = [link for link in links if ".wants/" in link]
    for person in persons:
        mine = {path: lines for path, lines in files.items() if person.owns(path)}
        enabled = {link.rpartition("/")[2] for link in wanted if person.owns(link)}
        paths: dict[str, str] = {}
        for path in sorted(mine, key=_rank):
            if ".d/" not in path:
                paths.setdefault(path.rpartition("/")[2], path)
        for name, path in sorted(paths.items()):
            for instance in _instances(name, enabled):
                yield _user_unit(person, instance, path, mine, instance in enabled)


def _rank(path: str) -> tuple[int, str]:
    return (0 if "/.config/" in path else 1 if path.startswith("/etc/") else 2, path)


def _instances(name: str, enabled: set[str]) -> list[str]:
    stem, at, extension = name.partition("@.")
    if not at:
        return [name]
    return sorted(one for one in enabled if one.startswith(f"{stem}@") and one.endswith(f".{extension}"))


def _user_unit(person: Person, name: str, path: str, files: Mapping[str, list[str]], enabled: bool) -> UserUnit:
    folders = {f"{each}.d" for each in (name, path.rpartition("/")[2])}
    drop_ins = tuple(sorted(each for each in files if each.split("/")[-2] in folders))
    unit = systemd.unit(files[each] for each in (path, *drop_ins))
    return UserUnit(person, name, path, unit, drop_ins, enabled)


def user_services(
    units: Iterable[UserUnit], hostname: str, groups: Mapping[str, list[int]], tree: Tree
) -> Iterator[Service]:
    """Services of users' managers.

    :param groups: process ids by control group: ``/user@1001.service/app.slice/bot.service``.
    """
    for one in units:
        known = one.person.specifiers(one.name, hostname)
        group = next((each for each in groups if _is_group(each, one)), None)
        pids = groups[group] if group else []
        yield replace(
            service_of(one.name, one.unit, known),
            manager="systemd-user",
            description=one.unit.last("Unit", "Description"),
            active=bool(pids),
            enabled=one.enabled,
            state="running" if pids else None,
            main_pid=next((pid for pid in pids if tree.processes[pid].ppid not in pids), None),
            cgroup=group,
            unit_file=one.path,
            drop_ins=one.drop_ins,
            user=one.person.name,
            seen=one.path,
        )


def _is_group(group: str, one: UserUnit) -> bool:
    return group.startswith(f"/user@{one.person.uid}.service/") and group.endswith(f"/{one.name}")
