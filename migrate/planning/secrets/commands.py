"""Secrets on command lines: in argument lists, and in the lines of scripts and crontabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename

from migrate.planning.secrets import names, pairs, shapes, values
from migrate.planning.secrets.found import Found
from migrate.planning.secrets.syntaxes import Manner

# (programs, options whose argument is the secret, whether it may be attached, whether it is user:password)
_OPTIONS: tuple[tuple[str, str, bool, str | None], ...] = (
    ("curl", "-u --user --proxy-user -U", True, ":"),
    ("wget", "--password --http-password --ftp-password --proxy-password", False, None),
    ("mysql mysqldump mysqladmin mysqlcheck mysqlimport mysqlshow mysqlbinlog mysqlpump mysqlsh", "-p", True, None),
    ("mariadb mariadb-dump mariadb-admin mariadb-backup mariabackup", "-p", True, None),
    ("xtrabackup innobackupex mytop mydumper", "-p", True, None),
    ("sshpass", "-p", True, None),
    ("redis-cli valkey-cli", "-a --pass", False, None),
    ("mongo mongosh mongodump mongorestore mongoexport mongoimport", "-p", True, None),
    ("ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami ldapcompare ldapmodrdn", "-w", True, None),
    ("smbclient rpcclient net smbget", "-U --user", False, "%"),
    ("lftp ncftp ncftpput ncftpget", "-u -p", False, ","),
    ("sqlcmd bcp isql tsql osql fisql", "-P", True, None),
    ("keytool jarsigner", "-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass", False, None),
    ("docker podman helm skopeo buildah nerdctl", "-p --password --creds --src-creds --dest-creds", False, None),
    ("zip unzip", "-P", False, None),
    ("7z 7za 7zr rar unrar", "-p", True, None),
    ("gpg gpg2", "--passphrase", False, None),
    ("openssl", "-passin -passout -k -K -pass -password", False, "pass:"),
    ("snmpget snmpwalk snmpset snmpbulkwalk", "-c -A -X", False, None),
    ("ipmitool", "-P", False, None),
    ("vncserver x11vnc", "-passwd", False, None),
    ("useradd usermod", "-p --password", False, None),
    ("sendemail swaks sendEmail", "-xp -ap --auth-password", False, None),
    ("xfreerdp rdesktop", "-p", False, None),
    ("influx", "-password", False, None),
    ("htpasswd", "", False, None),
    ("check_mysql check_mysql_query check_mysql_health", "-p --password", True, None),
    ("check_pgsql check_oracle check_radius", "-p --password", True, None),
    ("check_http check_smtp check_imap check_tcp check_jenkins", "-a -b --authorization", False, ":"),
    ("check_snmp", "-C --community", True, None),
    ("check_ldap", "-P --pass", True, None),
    ("mosquitto_pub mosquitto_sub", "-P --pw", False, None),
    ("cqlsh nodetool", "-p -pw", False, None),
)  # fmt: skip
# Letters that stand before another in one word (curl -su user:password): those that take nothing themselves.
_FLAGS = (
    ("curl", "0123469#afgGijIJklLnNOpqRsSvZ"),
    ("ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami ldapcompare ldapmodrdn", "AcCILMnrtuvxZ"),
    ("redis-cli valkey-cli", "cx"),
    ("zip unzip", "0123456789aDfFgGjJklLmMnopqrRSTuvVwXyz"),
)
_FLAGS_OF = {
    program: re.compile(f"-[{re.escape(flags)}]+") for programs, flags in _FLAGS for program in programs.split()
}
_BY_PROGRAM = {program: row for row in _OPTIONS for program in row[0].split()}
_SQLPLUS = re.compile(r"[\w$#]{1,64}/([^@\s/\"']{2,128})@[\w.:/-]+")
_CHPASSWD = re.compile(r"""\becho\s+(?:-\w\s+)?["']?[\w.$-]+:([^\s"'|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd""")
# What a script hands to a program that asks, and two programs whose second word is the secret.
_HANDED = re.compile(
    r"""\becho\s+(?:-n\s+)?(?P<q>["']?)(?P<v>[^"'|$`]+?)(?P=q)\s*\|\s*(?:sudo\s+-S|(?:sudo\s+)?(?:cryptsetup|passwd\s+--stdin"""
    r"""|kinit|gpg2?\s.*--passphrase-fd|docker\s+login\s.*--password-stdin|ssh-add|keyctl\s+padd))\b"""
)
_WIRELESS = re.compile(r"\bwpa_passphrase\s+\S+\s+(?P<v>[^\s\"'$>|]+)|\biwconfig\s.*\skey\s+(?:s:)?(?P<w>[^\s$\[]{5,})")
_WORDS = re.compile(r"""(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\;|&<>()]|["'])+|\|\||&&|[;|&()]""", re.DOTALL)
_SHELLS = frozenset("sh bash dash ash ksh ksh93 mksh zsh su runuser busybox".split())
_WITH_PROGRAM = re.compile(r"-[a-z]*c|--command")
_SEPARATORS = frozenset({"||", "&&", ";", "|", "&", "(", ")"})
_RUNNERS = frozenset(
    "sudo env nice ionice nohup time exec timeout setsid chrt stdbuf flock su runuser xargs do then else if "
    "while".split()
)


def find_in_argv(argv: Sequence[str]) -> tuple[Found, ...]:
    """Secrets in a process's or a service's argument list; values as they stand in their argument."""
    return _unique((*_arguments(argv), *_inside(argv), *_in_scripts(argv)))


def _in_scripts(argv: Sequence[str]) -> Iterator[Found]:
    """What a shell is given as its program: ``sh -c 'mysql -pSECRET'``, behind sudo and the like as well."""
    for at, word in enumerate(argv[:-2]):
        if basename(word) not in _SHELLS:
            continue
        given = [number for number in range(at + 1, len(argv) - 1) if _WITH_PROGRAM.fullmatch(argv[number])]
        if given:
            yield from (Found(one.kind, one.key, None, one.value) for one in find_in_command(argv[given[0] + 1]))
        return


def find_in_command(text: str) -> tuple[Found, ...]:
    """Secrets in a shell command or a crontab's command; ``line`` counts within ``text``."""
    found: list[Found] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.lstrip().startswith("#"):
            found += (Found(one.kind, one.key, number, one.value) for one in _shell_line(line))
    return tuple(found)


def find_in_variables(variables: Iterable[tuple[str, str]]) -> tuple[Found, ...]:
    """Secrets in an environment; ``key`` is the variable's name."""
    found: list[Found] = []
    for name, value in variables:
        kind = names.kind(name)
        if kind and values.plausible(value, kind):
            found.append(Found(kind, name, None, value))
            continue
        found += (Found(hit.kind, name, None, hit.value) for hit in shapes.find(value))
        found += (Found(one.kind, name, None, one.value) for one in find_in_argv(("", *value.split())))
        found += (Found(hit.kind, name, None, hit.value) for hit in pairs.find(value, Manner(tight=True)))
    return _unique(found)


def _shell_line(line: str) -> tuple[Found, ...]:
    found = [Found("password", "chpasswd", None, m[1]) for m in _CHPASSWD.finditer(line) if _real(m[1])]
    found += (Found("password", "echo", None, m["v"]) for m in _HANDED.finditer(line) if _real(m["v"]))
    found += (Found("password", "key", None, m["v"] or m["w"]) for m in _WIRELESS.finditer(line))
    for command in _commands(line):
        found += find_in_argv(command)
    return _unique(found)


def _commands(line: str) -> Iterator[list[str]]:
    """The simple commands of a line, their words without quotes."""
    words: list[str] = []
    for match in _WORDS.finditer(line):
        if match.group() in _SEPARATORS:
            yield words
            words = []
        else:
            words.append(_unquoted(match.group()))
    yield words


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return word[1:-1]
    return re.sub(r"""(?<==)(["'])(.*)\1$|(?<=^-p)(["'])(.*)\3$""", lambda m: m[2] or m[4] or "", word)


def _real(value: str) -> bool:
    return not values.stands_for_nothing(value)


def _program(argv: Sequence[str]) -> tuple[str, int]:
    """The program that is run, behind sudo, variables and the fields of a crontab, and where its arguments begin."""
    for at, word in enumerate(argv):
        name = basename(word)
        if name in _BY_PROGRAM:
            return name, at + 1
    return "", 1


def _arguments(argv: Sequence[str]) -> Iterator[Found]:
    program, start = _program(argv)
    row = _BY_PROGRAM.get(program)
    if row is None:
        return
    options = sorted(row[1].split(), key=len, reverse=True)
    if program == "htpasswd":
        yield from _htpasswd(argv[start:])
    rest = list(argv[start:])
    for at, said in enumerate(rest):
        word = _unbundled(said, program)
        following = rest[at + 1] if at + 1 < len(rest) else ""
        for option in options:
            value = _argument(word, following, option, row[2], program)
            value = _behind(value, row[3]) if value else None
            if value and _real(value):
                yield Found("password", option, None, value)
                break


def _unbundled(word: str, program: str) -> str:
    """``-su`` as ``-u`` where the program takes several letters in one word."""
    flags = _FLAGS_OF.get(program)
    match = flags.match(word) if flags and not word.startswith("--") else None
    return f"-{word[match.end() :]}" if match and match.end() < len(word) else word


def _argument(word: str, following: str, option: str, attached: bool, program: str) -> str | None:
    if word == option:
        # "mysql -p shop" asks for the password of the database shop.
        asks = option == "-p" and program.startswith(("mysql", "maria", "my", "7z"))
        return following if following and not following.startswith("-") and not asks else None
    if word.startswith(option + "="):
        return word[len(option) + 1 :]
    short = len(option) == 2 and word.startswith(option) and not word.startswith("--")
    return word[2:] if attached and short else None


def _behind(value: str, mark: str | None) -> str | None:
    """The password of ``user:password``, where the option takes both."""
    if mark is None:
        return value
    if mark not in value:
        return None
    return value.split(mark, 1)[1]


def _htpasswd(arguments: Sequence[str]) -> Iterator[Found]:
    flags = "".join(word[1:] for word in arguments if word.startswith("-"))
    plain = [word for word in arguments if not word.startswith("-")]
    if "b" in flags and len(plain) >= 2 and _real(plain[-1]):
        yield Found("password", "htpasswd", None, plain[-1])


def _inside(argv: Sequence[str]) -> Iterator[Found]:
    """What any program's arguments may hold: named settings, URLs, tokens, ``user/password@database``."""
    for at, word in enumerate(argv):
        for hit in shapes.find(word):
            yield Found(hit.kind, hit.key, None, hit.value)
        if match := _SQLPLUS.fullmatch(word):
            yield Found("password", None, None, match[1])
        name, equals, value = word.partition("=")
        kind = names.kind(name.lstrip("-")) if re.fullmatch(r"-{0,2}[\w.:-]+", name) else None
        if kind and equals:
            value = value.strip("\"'")
        elif kind and name.startswith("-") and at + 1 < len(argv) and not argv[at + 1].startswith("-"):
            value = argv[at + 1]
        elif equals:
            yield from (Found(h.kind, h.key, None, h.value) for h in pairs.find(word, Manner(tight=True)))
            continue
        if kind and value and values.plausible(value, kind):
            yield Found(kind, name.removeprefix("-D").lstrip("-"), None, value)


def _unique(found: Iterable[Found]) -> tuple[Found, ...]:
    """Without those whose value was found before."""
    seen: dict[str, Found] = {}
    for one in found:
        seen.setdefault(one.value, one)
    return tuple(seen.values())
