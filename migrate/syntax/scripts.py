"""What a script does to its surroundings, as far as its text tells: files that it writes, commands that it calls.

Scripts are not run and not parsed whole: a line is read with the variables before it put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"^\s*(?:#|//|\*|/\*)")
_PATH = re.compile(r"(?<![\w/.~$}*-])/[\w.@+%~-]+(?:/[\w.@+%~-]+)*/?")
# NAME=value in a shell, my $name = 'value' in Perl and PHP, NAME = "value" in Python.
_ASSIGNED = re.compile(
    r"""^\s*(?:export\s+|readonly\s+|local\s+|my\s+|our\s+|const\s+|define\(\s*)?[$'"]?(?P<name>[A-Za-z_]\w*)['"]?\s*[=,]\s*"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s;"'()]+)"""
)
_VARIABLE = re.compile(r"\$(?:ENV\{['\"]?(?P<environment>\w+)['\"]?\}|\{(?P<braced>\w+)\}|(?P<plain>[A-Za-z_]\w*))")
_HERE = re.compile(r"""(?:__DIR__|dirname\(\s*__FILE__\s*\)|\$FindBin::Bin|\$RealBin)(?:\s*\.\s*['"])?""")

# Shell: what stands behind > and >>, and the arguments of commands that change files.
_REDIRECTED = re.compile(r"(?<![<>&\d=-])\d?>>?\|?\s*(?P<path>[\"']?[\w/.$@{}+%~-][^\s;|&<>()\"']*)")
_CHANGERS = re.compile(
    r"(?:^|[;&|(`]|\bthen|\bdo|\belse|\$\()\s*(?:sudo\s+)?(?P<name>mv|cp|install|tee|touch|mkdir|rm|unlink|truncate|rsync|sqlite3?"
    r"|sed\s+-\w*i\w*|find(?=[^|;&]*-delete)|split|gzip|gunzip|logger\s+-f)\s+(?P<rest>[^;|&<>\n]*)"
)
_INTO = re.compile(r"\s(?:-o|-O|--output|--output-document)[\s=]*(?P<path>[\"']?[/\w.$-][^\s;|&\"']*)")
_LAST_ONLY = frozenset(("cp", "install", "rsync"))
_FIRST_ONLY = frozenset(("sqlite", "sqlite3"))
# A queue: what lies in a directory is gone through, and each one renamed or removed.
_GONE_THROUGH = re.compile(
    r"\b(?:glob|iglob|listdir|iterdir|scandir|opendir|readdir|walk)\b|<[^>]*\*[^>]*>|^\s*for\s+\w+\s+in\s|\bfind\s"
)
_TAKEN_OUT = re.compile(r"\b(?:rename|unlink|remove|move)\b|(?:^|[;&|]|\bdo)\s*(?:mv|rm|gzip)\s")
_ENTERED = re.compile(r"(?:^|[;&(]|\bthen|\bdo)\s*cd\s+[\"']?(?P<path>/[^\s;&|\"']*)")
# Other languages: a call that writes, and any path of the line is what it writes.
_WRITERS = {
    "perl": re.compile(
        r"\b(?:open|sysopen)\b[^;]*(?:['\"]\s*\+?(?:>>?|<(?<=\+<))\s*(?:['\":$]|/)|O_(?:WRONLY|RDWR|CREAT|APPEND))"
        r"|\b(?:rename|unlink|mkdir|move|copy|store|nstore|lock_store|make_path|tie|dbmopen)\b\s*\(?"
        r"|dbi:SQLite:|DB_File"
    ),
    "python": re.compile(
        r"\bopen\([^)]*,\s*(?:mode\s*=\s*)?['\"](?:[wax]\w*\+?|r\w*\+)\w*['\"]"
        r"|\.(?:write_text|write_bytes|rename|replace|unlink|mkdir|touch)\(|\bos\.(?:rename|replace|remove|unlink|makedirs|mkdir)\("
        r"|\bshutil\.(?:move|copy\w*|rmtree)\(|\bsqlite3\.connect\(|\b(?:shelve|dbm)\.open\(|sqlite:///|\bextractall\("
    ),
    "php": re.compile(
        r"\bfopen\s*\([^;]*,\s*['\"](?:[waxc]\w*\+?|r\w*\+)\w*['\"]|\b(?:file_put_contents|move_uploaded_file|rename|unlink|mkdir|copy"
        r"|touch|imagepng|imagejpeg|imagegif)\s*\(|['\"]sqlite:|\bnew\s+SQLite3\s*\("
    ),
    "ruby": re.compile(
        r"\bFile\.(?:open|new)\s*\(?[^;]*,\s*['\"](?:[wa]\w*\+?|r\w*\+)['\"]|\bFile\.(?:write|rename|delete)\b|\bFileUtils\.\w+"
        r"|SQLite3::Database\.new"
    ),
    "node": re.compile(
        r"\b(?:writeFile|appendFile|createWriteStream|rename|unlink|mkdir|copyFile)(?:Sync)?\s*\(|\bnew\s+(?:sqlite3\.)?Database\s*\("
    ),
}  # fmt: skip
_CALLS = {
    "perl": (
        r"\b(?:system|exec)\b\s*\(?\s*(?:['\"]|q[qw]?[({/\[]\s*)([^'\"\n)}\]]+)",
        r"(?:[=(,.]|\breturn|^)\s*`([^`\n]+)`",
        r"\bqx\s*[{(/|!]([^})/|!\n]+)",
        r"\bopen\b[^;\n]*?['\"]\s*\|\s*([^'\"\n|]+)['\"]",
        r"\bopen\b[^;\n]*?,\s*['\"]\s*([^'\"\n|]+)\|\s*['\"]",
        r"\bopen\b[^;\n]*?['\"](?:-\||\|-)['\"]\s*,\s*['\"]([^'\"\n]+)['\"]",
    ),
    "python": (
        (
            r"\b(?:subprocess\.\w+|os\.(?:system|popen|exec\w+|spawn\w+)|Popen|check_output|check_call"
            r"|create_subprocess_\w+)\(\s*\[?\s*[rf]?['\"]([^'\"\n]+)['\"]"
        ),
    ),
    "php": (r"(?<![>:\w])(?:exec|shell_exec|system|passthru|popen|proc_open)\s*\(\s*['\"]([^'\"\n]+)['\"]",),
    "ruby": (
        r"\b(?:system|exec|spawn|IO\.popen|Open3\.\w+)\s*\(?\s*\[?\s*['\"]([^'\"\n]+)['\"]",
        r"(?:[=(,]|^)\s*`([^`\n]+)`",
        r"%x[{(\[]([^})\]\n]+)",
    ),
    "node": (r"\b(?:exec|execSync|spawn|spawnSync|execFile|execFileSync)\s*\(\s*['\"`]([^'\"`\n]+)['\"`]",),
}
_COMPILED = {language: tuple(re.compile(one, re.M) for one in them) for language, them in _CALLS.items()}


@dataclass(slots=True)
class _Reading:
    language: str
    path: str
    variables: dict[str, str]
    directory: str | None = None


def written(
    text: str, language: str, path: str = "", known: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str]]:
    """(line, absolute path) of each file or directory that the script changes, as far as its text names it.

    :param path: of the script itself.
    :param known: variables that it is started with.
    """
    if language != "shell" and not (language in _WRITERS and _WRITERS[language].search(text)):
        return
    reading = _Reading(language, path, dict(known or {}))
    emptied = bool(_TAKEN_OUT.search(text))
    for number, line in _expanded(text, reading):
        found = [*(_shell_writes(line, reading) if language == "shell" else _other_writes(line, language))]
        if emptied and _GONE_THROUGH.search(line):
            found += _directories(line)
        for one in dict.fromkeys(found):
            yield number, one


def called(text: str, language: str, known: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Shell texts that a script of another language runs: ``system("zip …")``, backticks, pipes."""
    if not any(expression.search(text) for expression in _COMPILED.get(language, ())):
        return ()
    reading = _Reading(language, "", dict(known or {}))
    whole = "\n".join(line for _, line in _expanded(text, reading))
    found = (one[1].strip() for expression in _COMPILED.get(language, ()) for one in expression.finditer(whole))
    return tuple(dict.fromkeys(one for one in found if re.match(r"[\w/(]", one)))


def expand(text: str, known: Mapping[str, str]) -> str:
    """``text`` with the variables put in whose values are known."""

    def value(match: re.Match[str]) -> str:
        name = match["environment"] or match["braced"] or match["plain"]
        return known.get(name, match[0])

    return _VARIABLE.sub(value, text)


def _expanded(text: str, reading: _Reading) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if _COMMENT.match(line) or len(line) > 4000:
            continue
        line = expand(line, reading.variables)
        if reading.path:
            line = _HERE.sub(reading.path.rpartition("/")[0], line)
        if reading.language == "python":
            line = _named(line, reading.variables)
        told = _ASSIGNED.match(line)
        if told:
            reading.variables[told["name"]] = told["value"].strip("\"'")
        yield number, line


def _named(line: str, variables: Mapping[str, str]) -> str:
    """Python's constants that are paths: ``open(JOURNAL, "a")``, ``HOME + "/x"``."""
    for name, value in variables.items():
        if value.startswith("/") and name in line and not re.search(r"[\\\n]", value):
            line = re.sub(rf"(?<![\w.'\"]){name}\s*\+\s*['\"]", f'"{value}', line)
            line = re.sub(rf"(?<![\w.'\"]){name}(?![\w=(\s]*=)\b", f'"{value}"', line)
    return line


def _shell_writes(line: str, reading: _Reading) -> Iterator[str]:
    entered = _ENTERED.search(line)
    if entered:
        reading.directory = entered["path"].rstrip("/")
    for match in (*_REDIRECTED.finditer(line), *_INTO.finditer(line)):
        yield from _absolute(match["path"], reading)
    for match in _CHANGERS.finditer(line):
        words = [word for word in match["rest"].split() if not word.startswith("-")]
        kept = words[-1:] if match["name"] in _LAST_ONLY else words[:1] if match["name"] in _FIRST_ONLY else words
        for word in kept:
            yield from _absolute(word, reading)


def _directories(line: str) -> Iterator[str]:
    """The directories in which a line looks for files: what stands before the first star."""
    for match in re.finditer(r"(?<![\w/.~$}*-])(?:/[\w.@+%~-]+)+(?P<more>/?[\w.-]*\*)?", line):
        yield match[0].rpartition("/")[0] + "/" if match["more"] else match[0]


def _absolute(word: str, reading: _Reading) -> Iterator[str]:
    word = word.strip("\"'")
    if _PATH.fullmatch(word) and not word.startswith("/dev/"):
        yield word
    elif reading.directory and re.fullmatch(r"[\w.][\w.+%~/-]*", word) and ".." not in word:
        yield f"{reading.directory}/{word}"


def _other_writes(line: str, language: str) -> Iterator[str]:
    writer = _WRITERS.get(language)
    if writer is not None and writer.search(line):
        # Of a move into place, a path of a module or a format's name is none: they start in the midst of a word.
        yield from (match[0] for match in _PATH.finditer(re.sub(r"(?i)dbname=|sqlite:(?://)?(?=/)", " ", line)))
