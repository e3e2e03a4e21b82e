"""A program as one command line, and its output as text: all that a raw task can carry.

The command is one line of plain characters, for login shells of any kind. It becomes root where sudo lets it, and sends
the output packed and in base64 or hexadecimal, by what the host has. No file is made there.

Command lines can be read by everybody on the host, so the nonce of the marks is none that travels in it: the host makes
one, and tells it in the answer.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from dataclasses import dataclass

from migrate.framing import understand

LONGEST = 126_000
"""An argument ends at 128 KiB, and Ansible puts a few words around it."""

# What a shell of any kind, Ansible's templates or awk might take for something else; = begins each code.
_CODES = {
    "=": "=e",
    "'": "=q",
    '"': "=d",
    "$": "=s",
    "`": "=b",
    "\\": "=k",
    "!": "=x",
    "\n": "=n",
    "\t": "=t",
    "{": "=o",
}
_BACK = {"q": 39, "d": 34, "s": 36, "b": 96, "k": 92, "x": 33, "n": 10, "t": 9, "o": 123, "e": 61}
_DECODE = "".join(f'gsub(/={code}/,sprintf(\\"%c\\",{number}));' for code, number in _BACK.items())
_PLAIN = f'printf "%s" "@PROGRAM@" | awk "{{{_DECODE}print}}"'
_PACKED = "echo @PROGRAM@ | base64 -d | gzip -dc"

_NEEDS = "for c in base64 gzip; do command -v $c >/dev/null 2>&1 || { v=needs; e=; }; done; "

# Within the single quotes of the login shell: no single quote, no newline, no exclamation mark, no double backslash.
_BOOT = (
    "PATH=${PATH:-/usr/bin}:/usr/bin:/bin:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL; "
    "IFS=- read a b c d e </proc/sys/kernel/random/uuid; n=$a$b$c$d$e; s=; r=; "
    'if [ "$(id -u)" = 0 ]; then w=root; elif [ @SUDO@ = no ]; then w=none; '
    "elif command -v sudo >/dev/null 2>&1; then w=none; "
    'if r=$(sudo -n sh -c : </dev/null 2>&1); then w=sudo; r=; s="sudo -n"; fi; else w=none; r=absent; fi; '
    "z=cat; h=plain; if command -v gzip >/dev/null 2>&1; then z=gzip; h=gzip; fi; "
    "if command -v base64 >/dev/null 2>&1; then e=base64; v=base64; "
    'elif command -v openssl >/dev/null 2>&1; then e="openssl base64"; v=base64; '
    'elif command -v od >/dev/null 2>&1; then e="od -An -v -tx1"; v=hex; '
    'elif command -v xxd >/dev/null 2>&1; then e="xxd -p"; v=hex; else e=; v=nothing; fi; '
    "@NEEDS@"
    'echo; echo "@MARK@ $n $w $h $v $(echo $r | tr -d =)"; [ -n "$e" ] || exit 0; '
    't=; if timeout 5 true >/dev/null 2>&1; then t="timeout @SECONDS@"; fi; '
    '{ { echo "MARK=@@$n MIGRATE_TOP=$$"; @DECODE@; } | $s sh -c "exec $t sh -s" 2>/dev/null; echo "$n ended $?"; } '
    "| $z | $e; "
    'echo "@MARK@ over"'
)
_LINE = re.compile(r"[0-9a-z]+ (?:root|sudo|none) (?:gzip|plain) (?:base64|hex|nothing|needs) ")
# More than any inventory or capture of this way has: a host must not fill our memory.
_MOST = 256 << 20


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What came back.

    :ivar data: the program's output, its marks with the nonce that was asked for; as much of it as arrived.
    :ivar elevation: root, sudo, none; "" where the program did not even begin.
    :ivar remark: what sudo said against it.
    :ivar lacks: the host has nothing to send bytes with; ``needs``: nothing to unpack a long program with.
    """

    data: bytes = b""
    status: int | None = None
    elevation: str = ""
    remark: str = ""
    lacks: bool = False
    needs: bool = False


class TooLong(ValueError):
    """The program does not fit into a command line."""


def command(script: bytes, mark: str, *, sudo: bool, seconds: float = 600.0) -> str:
    """The command line that runs a framed program.

    :param seconds: after which it is ended there, where the host can: what it said until then still comes.

    :param mark: a word that finds the answer among what else is said.
    :raises TooLong: it has too many bytes, even packed.
    """
    program = _without_nonce(script)
    boot = _BOOT.replace("@SUDO@", "yes" if sudo else "no").replace("@MARK@", mark)
    boot = boot.replace("@SECONDS@", str(max(1, round(seconds))))
    coded = "".join(_CODES.get(letter, letter) for letter in program.decode("ascii"))
    text = boot.replace("@DECODE@", _PLAIN.replace("@PROGRAM@", coded)).replace("@NEEDS@", "")
    if len(text) > LONGEST:
        packed = base64.b64encode(gzip.compress(program, 9, mtime=0)).decode("ascii")
        text = boot.replace("@DECODE@", _PACKED.replace("@PROGRAM@", packed)).replace("@NEEDS@", _NEEDS)
    if len(text) > LONGEST:
        raise TooLong(f"a program of {len(script)} bytes does not fit into a command line")
    return f"/bin/sh -c '{text}'"


def _without_nonce(script: bytes) -> bytes:
    program = understand(script)
    # Unset and set: the line that the host writes in its place comes before both.
    return script.replace(f"unset MARK\nMARK=@@{program.word}\n".encode(), b"", 1) if program else script


def unwrap(said: str, mark: str, script: bytes) -> Unwrapped:
    """The answer in what a raw task brought as its standard output."""
    _, found, rest = said.replace("\r", "").partition(f"\n{mark} ")
    line, whole, body = rest.partition("\n")
    if not (found and whole and _LINE.match(line)):
        return Unwrapped()
    nonce, elevation, packing, coding, *remark = line.split(" ", 4)
    if coding in ("nothing", "needs"):
        return Unwrapped(elevation=elevation, lacks=coding == "nothing", needs=coding == "needs")
    data = _unpacked(_bytes(body.partition(f"{mark} over")[0], coding), packing)
    data, status = _status(data, nonce)
    program = understand(script)
    if program is not None:
        # Those inside a section stay as they are: some stand in what the host has packed.
        frame = rb"\n@@%s (?=(?:begin|end|done) )" % re.escape(nonce.encode())
        data = re.sub(frame, f"\n@@{program.word} ".encode(), data)
    return Unwrapped(data, status, elevation, " ".join(remark).strip())


def _status(data: bytes, nonce: str) -> tuple[bytes, int | None]:
    head, found, tail = data.rpartition(f"{nonce} ended ".encode())
    digits = tail.strip()
    return (head, int(digits)) if found and digits.isdigit() else (data, None)


def _bytes(text: str, coding: str) -> bytes:
    """What could be decoded; the end may be missing."""
    words = "".join(text.split())
    size = 4 if coding == "base64" else 2
    words = words[: len(words) - len(words) % size]
    try:
        return base64.b64decode(words, validate=True) if coding == "base64" else bytes.fromhex(words)
    except (binascii.Error, ValueError):
        return _until_damage(words, coding)


def _until_damage(words: str, coding: str) -> bytes:
    pattern = r"(?:[A-Za-z0-9+/]{4})*" if coding == "base64" else r"(?:[0-9a-f]{2})*"
    good = re.match(pattern, words)
    part = good[0] if good else ""
    return base64.b64decode(part) if coding == "base64" else bytes.fromhex(part)


def _unpacked(data: bytes, packing: str) -> bytes:
    if packing != "gzip":
        return data
    reader = zlib.decompressobj(wbits=31)
    out = bytearray()
    try:
        for at in range(0, len(data), 65536):
            out += reader.decompress(data[at : at + 65536], _MOST - len(out) + 1)
            if len(out) > _MOST:
                break
    except zlib.error:
        pass  # what was good is kept; the missing end is noticed by the frame
    return bytes(out)
