from __future__ import annotations

import io
import tarfile
from pathlib import Path

from migrate.capture.choose import Choice
from migrate.capture.served import append, below_homes
from migrate.model.facts import FileFact, Files, Tree, User

ANNA = User("anna", 1001, 1001, "", "/home/anna", "/bin/sh")


def tree(path: str, role: str) -> Tree:
    return Tree(FileFact(path, "directory", 0o755, 0, 0), role, "test", 2, 10)


HOMES = Files(unmanaged=(tree("/home/anna", "home"), tree("/home/anna/web/.git", "junk")))


def spool(folder: Path, **texts: str) -> Path:
    place = folder / f"{len(list(folder.iterdir()))}.tar"
    with tarfile.open(place, "w") as archive:
        for name, text in texts.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return place


def test_a_document_root_in_a_home_is_asked_for_without_what_is_left_over_in_it(tmp_path: Path) -> None:
    stream = spool(
        tmp_path, etc__apache2__site='DocumentRoot "/home/anna/web"\nAlias /bilder /home/anna/fotos/klein/\n'
    )
    choice = below_homes(stream, HOMES, [ANNA])
    assert choice == Choice(
        ("/home/anna/fotos/klein", "/home/anna/web"),
        ("/home", "/home/anna", "/home/anna/fotos"),
        ("/home/anna/web/.git",),
    )


def test_the_part_before_what_the_server_fills_in_and_everybodys_pages(tmp_path: Path) -> None:
    stream = spool(tmp_path, etc__nginx="  root /home/anna/sites/$host/htdocs;\n", etc__userdir="UserDir public_html\n")
    choice = below_homes(stream, HOMES, [ANNA])
    assert choice is not None
    assert choice.trees == ("/home/anna/public_html", "/home/anna/sites")


def test_certificates_with_their_keys_are_asked_for_alone(tmp_path: Path) -> None:
    stream = spool(
        tmp_path, etc__a="SSLCertificateFile /home/anna/tls/a.pem\nssl_certificate_key /home/anna/tls/a.key;\n"
    )
    choice = below_homes(stream, HOMES, [ANNA])
    single = ("/home", "/home/anna", "/home/anna/tls", "/home/anna/tls/a.key", "/home/anna/tls/a.pem")
    assert choice == Choice((), single, ())


def test_a_home_itself_and_what_is_elsewhere_are_not_asked_for(tmp_path: Path) -> None:
    stream = spool(tmp_path, etc__a="root /home/anna;\nroot /srv/www;\n# root /home/anna/x;\nlog /home/anna/log;\n")
    assert below_homes(stream, HOMES, [ANNA]) is None


def test_the_second_stream_stands_behind_the_first(tmp_path: Path) -> None:
    first, second = spool(tmp_path, etc__a="1"), spool(tmp_path, home__anna__web__index="2")
    append(first, second)
    with tarfile.open(first) as whole:
        assert [(one.name, whole.extractfile(one).read()) for one in whole] == [  # type: ignore[union-attr]
            ("etc/a", b"1"),
            ("home/anna/web/index", b"2"),
        ]
