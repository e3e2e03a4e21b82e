"""Small files that no package owns, as a web server collects them: files.py FROM TO makes those numbers.

Two thirds are uploads in /srv, the rest applications, a web site and homes. The same number is always the same file.
"""

import os
import pwd
import sys

MEYER = 1500
PER_DIRECTORY = 100


def place(number: int) -> str:
    group, rest = divmod(number // PER_DIRECTORY, 15)
    if rest < 10:
        return f"/srv/files/{group:04}/{rest:02}"
    if rest < 12:
        return f"/var/www/shop/htdocs/part-{group:04}/{rest:02}"
    if rest < 14:
        return f"/opt/erp/modules/module-{group:04}/{rest:02}"
    return f"/home/meyer/projects/project-{group:04}"


def name(folder: str, number: int) -> str:
    endings = ("php", "html", "jpg", "css") if folder.startswith("/var") else ("py", "xml", "dat", "txt")
    return f"{folder}/file-{number:07}.{endings[number % 4] if not folder.startswith('/srv') else 'bin'}"


def owner(folder: str) -> int:
    if folder.startswith("/home/meyer"):
        return MEYER
    return pwd.getpwnam("www-data").pw_uid if folder.startswith("/srv/files") else 0


def make(folder: str) -> int:
    uid = owner(folder)
    if not os.path.isdir(folder):
        make(os.path.dirname(folder))
        os.mkdir(folder)
        os.chown(folder, uid, uid)
    return uid


def main(first: int, last: int) -> None:
    for number in range(first, last):
        folder = place(number)
        if number % PER_DIRECTORY == 0 or number == first:
            uid = make(folder)
        with open(name(folder, number), "wb") as file:
            os.fchown(file.fileno(), uid, uid)
            file.write(b"%d\n" % number * (1 + number % 40))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
