"""The command line of a Java virtual machine: ``java``, ``jsvc``, and what stands in for them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Options whose value is the next word.
_JAVA = frozenset(
    "-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules --limit-modules --add-exports "
    "--add-opens --add-reads --patch-module --source --enable-native-access".split()
)
_JSVC = frozenset(
    "-user -home -java-home -pidfile -outfile -errfile -wait -cp -classpath -jvm -procname -umask -cwd -config "
    "-install".split()
)
_CLASSPATH = frozenset(("-cp", "-classpath", "--class-path"))
_VARIABLES = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "IBM_JAVA_OPTIONS", "OPENJ9_JAVA_OPTIONS")
# Programs that start another class in the same virtual machine: its name comes first among their arguments.
_WRAPPERS = re.compile(
    r"org\.tanukisoftware\.wrapper\.Wrapper(Simple|Start|StartStop)App|com\.silveregg\.wrapper\.WrapperSimpleApp"
    r"|org\.codehaus\.classworlds\.Launcher|org\.apache\.commons\.daemon\.support\.DaemonLoader"
)
_DEPTH = 3
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Command:
    """What a virtual machine was told.

    :ivar options: words before the program, those of the environment among them.
    :ivar properties: -Dname=value; the last one counts.
    :ivar main: the class that runs; that which a wrapper starts.
    :ivar jar: of -jar, as written.
    """

    options: tuple[str, ...] = ()
    properties: Mapping[str, str] | None = None
    classpath: tuple[str, ...] = ()
    main: str | None = None
    jar: str | None = None
    module: str | None = None
    arguments: tuple[str, ...] = ()

    def property(self, *names: str) -> str | None:
        """The value of the first of these system properties that is set."""
        known = self.properties or {}
        return next((known[name] for name in names if known.get(name)), None)

    def starting(self, *prefixes: str) -> tuple[str, ...]:
        """Options that begin so."""
        return tuple(one for one in self.options if one.startswith(prefixes))


def _unknown(_: str) -> str | None:
    return None


def read(
    argv: Sequence[str],
    environment: Mapping[str, str] | None = None,
    text: Callable[[str], str | None] = _unknown,
) -> Command:
    """The parts of a command line.

    :param argv: with the program's own name first.
    :param text: the text of an @file, where it is known.
    """
    program = argv[0].rpartition("/")[2] if argv else ""
    valued = _JSVC | _JAVA if program.startswith("jsvc") else _JAVA
    given = environment or {}
    early = [word for name in _VARIABLES[:2] for word in _split(given.get(name, ""))]
    late = [word for name in _VARIABLES[2:] for word in _split(given.get(name, ""))]
    return _parts([*early, *_expanded(argv[1:_MOST], text, _DEPTH)], late, valued, given.get("CLASSPATH"))


def _parts(words: Sequence[str], late: Sequence[str], valued: frozenset[str], classpath: str | None) -> Command:
    options: list[str] = []
    jar = module = main = None
    at = 0
    while at < len(words):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else None
        at += 1
        if word in ("-jar", "-m", "--module"):
            jar, module = (following, None) if word == "-jar" else (None, following)
            at += 1
            break
        if word.startswith("--module="):
            module = word.partition("=")[2]
            break
        if not word.startswith("-"):
            main = word
            break
        options.append(word)
        if word in valued and following is not None:
            options.append(following)
            classpath = following if word in _CLASSPATH else classpath
            at += 1
        elif word.startswith("--class-path="):
            classpath = word.partition("=")[2]
    arguments = list(words[at:])
    if module and "/" in module:
        main = module.partition("/")[2]
    if main and _WRAPPERS.fullmatch(main) and arguments:
        main, arguments = arguments[0], arguments[1:]
    options += late
    # JBoss and others take properties behind the program's name as well.
    properties = dict(_properties([*options, *arguments]))
    path = tuple(one for one in (classpath or "").split(":") if one)
    return Command(tuple(options), properties, path, main, jar, module, tuple(arguments))


def _properties(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        if word.startswith("-D") and len(word) > 2:
            name, _, value = word[2:].partition("=")
            yield name, value


def _expanded(words: Sequence[str], text: Callable[[str], str | None], depth: int) -> Iterator[str]:
    """The words with @files in their places, up to the program's name, as the launcher does it."""
    for word in words:
        inside = text(word[1:]) if word.startswith("@") and not word.startswith("@@") and depth else None
        if inside is None:
            yield word
        else:
            yield from _expanded(_words(inside)[:_MOST], text, depth - 1)


_WORD = re.compile(r"#[^\r\n]*|(?P<word>(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[^\s\"'#])+)", re.DOTALL)
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'", re.DOTALL)


def _words(text: str) -> list[str]:
    r"""The words of an @file: quotes keep together, ``\`` at a line's end goes on, ``#`` begins a comment."""
    return [_QUOTED.sub(_unquoted, match["word"]) for match in _WORD.finditer(text) if match["word"]]


def _unquoted(match: re.Match[str]) -> str:
    inside = match[1] if match[1] is not None else match[2]
    return re.sub(r"\\(?:\r?\n[ \t]*|(.))", lambda one: one[1] or "", inside, flags=re.DOTALL)


def _split(text: str) -> list[str]:
    if not text.strip():
        return []
    try:
        return shlex.split(text[:65536])
    except ValueError:
        return text.split()
