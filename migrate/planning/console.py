"""Settings of logging that write to files are told to write to standard output: changes that a person can review.

Only where nobody reads the files: a workload whose logs lie in a volume keeps writing them. What is changed is the kind
of the appender, or the place of the file, each on a line of its own; what else stands there stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from posixpath import basename

from migrate.model.inventory import Snapshot
from migrate.model.plan import FileChoice, LogFile, Rewrite, Workload

Change = tuple[int, str, str]  # line, old, new
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_VALVE = re.compile(r"<Valve\b[^>]*\bclassName=\"org\.apache\.catalina\.valves\.AccessLogValve\"[^>]*>", re.DOTALL)
_ATTRIBUTE = re.compile(r"\b(directory|prefix|suffix|rotatable)=\"[^\"]*\"")
_VALVE_SAYS = {
    "directory": 'directory="/dev"',
    "prefix": 'prefix="stdout" fileDateFormat="" buffered="false"',
    "suffix": 'suffix=""',
    "rotatable": 'rotatable="false"',
}
_LOG4J = re.compile(r"org\.apache\.log4j\.(?:rolling\.)?(?:Daily)?(?:Rolling)?FileAppender\b")
_LOGBACK = re.compile(r"ch\.qos\.logback\.core\.(?:rolling\.Rolling)?FileAppender\b")
_JULI = re.compile(r"(?m)^[ \t]*([\w.\[\]/-]*handlers)[ \t]*=[ \t]*(\S.*?)[ \t]*$")
_CONSOLE = "java.util.logging.ConsoleHandler"
_HANDLER = re.compile(r"(?m)^\[handler_\w+\][^\[]*")
_CLASS = re.compile(
    r"(?m)^class[ \t]*=[ \t]*(?:logging\.)?(?:handlers\.)?(?:Timed|Watched)?(?:Rotating)?FileHandler[ \t]*$"
)
_ARGUMENTS = re.compile(r"(?m)^args[ \t]*=[ \t]*\([^\n]*\)[ \t]*$")


def to_console(snapshot: Snapshot, workload: Workload) -> Workload:
    """The workload with the changes to its settings of logging, one entry of ``logs`` for each file."""
    if any("log" in volume.path or volume.kind == "log" for volume in workload.volumes):
        return workload
    found = []
    for path, changes in _settings(snapshot, workload):
        text = snapshot.text(path) or ""
        said = tuple(Rewrite(path, line, old, new, "logs go to standard output") for line, old, new in changes(text))
        if said and not any(one.path == path for one in workload.logs):
            found.append(LogFile(path, "stdout", "it told the program to write its log to files", said))
    return replace(workload, logs=(*workload.logs, *found))


def _settings(snapshot: Snapshot, workload: Workload) -> Iterator[tuple[str, Callable[[str], Iterator[Change]]]]:
    """The settings of logging in the image that are understood."""
    for path in sorted({path for choice in workload.files for path in _below(snapshot, choice)}):
        yield path, next(one for pattern, one in _READERS.items() if re.fullmatch(pattern, basename(path)))


def _below(snapshot: Snapshot, choice: FileChoice) -> Iterator[str]:
    """Those that have a reader; applications have thousands that have none."""
    any_reader = re.compile(f"(?:.*/)?(?:{'|'.join(_READERS)})", re.DOTALL)
    for path in filter(any_reader.fullmatch, snapshot.texts_below(choice.path)):
        if not any(path == out or path.startswith(out.rstrip("/") + "/") for out in choice.exclude):
            yield path


def _tomcat(text: str) -> Iterator[Change]:
    """Valves that write who asked for what; the file's name has a date otherwise."""
    for valve in _VALVE.finditer(_blank(text)):
        names = {match[1] for match in _ATTRIBUTE.finditer(valve[0])}
        for match in _ATTRIBUTE.finditer(valve[0]) if {"directory", "prefix"} <= names else ():
            new = _VALVE_SAYS[match[1]]
            if match[1] == "prefix":
                rest = {"suffix": ' suffix=""', "rotatable": ' rotatable="false"'}
                new += "".join(more for name, more in rest.items() if name not in names)
            yield _line(text, valve.start() + match.start()), match[0], new


def _blank(text: str) -> str:
    """XML without what comments say, each character in its place."""
    return _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _classes(pattern: re.Pattern[str], new: str) -> Callable[[str], Iterator[Change]]:
    def changes(text: str) -> Iterator[Change]:
        for match in pattern.finditer(_blank(text)):
            start = text.rfind("\n", 0, match.start()) + 1
            if text[start : match.start()].lstrip()[:1] not in ("#", "!"):
                yield _line(text, match.start()), match[0], new

    return changes


def _juli(text: str) -> Iterator[Change]:
    for match in _JULI.finditer(text):
        if "FileHandler" in match[2] and not match[2].endswith("\\"):
            yield _line(text, match.start(2)), match[2], _CONSOLE


def _python(text: str) -> Iterator[Change]:
    """Of ``logging.config.fileConfig``."""
    for section in _HANDLER.finditer(text):
        kind, arguments = _CLASS.search(section[0]), _ARGUMENTS.search(section[0])
        if kind and arguments:
            yield _line(text, section.start() + kind.start()), kind[0].rstrip(), "class=StreamHandler"
            yield _line(text, section.start() + arguments.start()), arguments[0].rstrip(), "args=(sys.stdout,)"


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


_READERS: Mapping[str, Callable[[str], Iterator[Change]]] = {
    r"server\.xml|context\.xml": _tomcat,
    r"log4j[-\w.]*\.(?:properties|xml)": _classes(_LOG4J, "org.apache.log4j.ConsoleAppender"),
    r"logback[-\w.]*\.xml": _classes(_LOGBACK, "ch.qos.logback.core.ConsoleAppender"),
    r"logging\.properties": _juli,
    r"logging\.(?:conf|ini)|log\.(?:conf|ini)": _python,
}
