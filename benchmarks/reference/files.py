"""Small files that no package owns, as a web server collects them: files.py FROM TO makes those numbers.

Two thirds are uploads in /srv, the rest applications, a web site and homes. The same number is always the same file.
"""

import os
import pwd
import sys
from pathlib import Path

PER_DIRECTORY = 100
MEYER = 1500


def place(number: int) -> Path:
    group, rest = divmod(number // PER_DIRECTORY, 15)
    if rest < 10:
        return Path(f"/srv/files/{group:04}/{rest:02}")
    if rest < 12:
        return Path(f"/var/www/shop/htdocs/part-{group:04}/{rest:02}")
    if rest < 14:
        return Path(f"/opt/erp/modules/module-{group:04}/{rest:02}")
    return Path(f"/home/meyer/projects/project-{group:04}")


def name(folder: Path, number: int) -> str:
    endings = {"srv": ("bin",), "var": ("php", "html", "jpg", "css")}.get(folder.parts[1], ("py", "xml", "dat", "txt"))
    return f"{folder}/file-{number:07}.{endings[number % len(endings)]}"


def owner(folder: Path) -> int:
    if folder.is_relative_to("/home/meyer"):
        return MEYER
    return pwd.getpwnam("www-data").pw_uid if folder.is_relative_to("/srv/files") else 0


def make(folder: Path) -> int:
    uid = owner(folder)
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir()
        os.chown(folder, uid, uid)
    return uid


def main(first: int, last: int) -> None:
    uid, folder = 0, Path()
    for number in range(first, last):
        if number % PER_DIRECTORY == 0 or number == first:
            folder = place(number)
            uid = make(folder)
        handle = os.open(name(folder, number), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(handle, b"%d\n" % number * (1 + number % 40))
        os.fchown(handle, uid, uid)
        os.close(handle)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
