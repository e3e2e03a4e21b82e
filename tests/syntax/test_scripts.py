from __future__ import annotations

import pytest

from migrate.syntax import scripts


def written(text: str, language: str, **known: str) -> list[str]:
    return [path for _, path in scripts.written(text, language, "/srv/app/bin/script", known)]


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("echo 1 >> /var/lib/app/count", ["/var/lib/app/count"]),
        ("OUT=/var/lib/app/out.csv\nexport | sort > $OUT", ["/var/lib/app/out.csv"]),
        ("cd /var/lib/app || exit 1\ncurl -s x > new && mv new current", ["/var/lib/app/new", "/var/lib/app/current"]),
        ("cp /etc/motd /var/lib/app/motd", ["/var/lib/app/motd"]),
        ('sqlite3 "/var/lib/app/x.db" "insert into a values (1)"', ["/var/lib/app/x.db"]),
        ("for one in /srv/queue/*.txt; do cat $one && rm $one; done", ["/srv/queue/"]),
        ("grep x /srv/list.txt 2>&1 > /dev/null", []),
        ("# rm /srv/list.txt", []),
        ("test $n -gt 3 && cat < /srv/list.txt", []),
    ],
)
def test_what_a_shell_script_changes(line: str, paths: list[str]) -> None:
    assert written(line, "shell") == paths


@pytest.mark.parametrize(
    ("language", "line", "path"),
    [
        ("perl", 'open(my $out, ">>", "/srv/app/orders.csv") or die;', "/srv/app/orders.csv"),
        ("perl", 'my $file = "/srv/app/counter.dat";\nopen(F, "+<$file");', "/srv/app/counter.dat"),
        ("perl", 'DBI->connect("dbi:SQLite:dbname=/srv/app/book.sqlite", "", "")', "/srv/app/book.sqlite"),
        ("python", 'with open("/srv/app/log.json", "a") as out:', "/srv/app/log.json"),
        ("python", 'PLACE = "/srv/app/spool"\nos.rename(new, PLACE + "/done")', "/srv/app/spool/done"),
        ("python", 'db = sqlite3.connect("/srv/app/x.db")', "/srv/app/x.db"),
        ("php", "<?php\nfile_put_contents(__DIR__ . '/count.txt', $n);", "/srv/app/bin/count.txt"),
        ("php", "$db = new PDO('sqlite:/srv/app/x.db');", "/srv/app/x.db"),
        ("ruby", 'File.open("/srv/app/x.txt", "w") { |out| }', "/srv/app/x.txt"),
        ("node", 'fs.writeFileSync("/srv/app/x.json", text)', "/srv/app/x.json"),
    ],
)
def test_what_other_scripts_open_for_writing(language: str, line: str, path: str) -> None:
    assert written(line, language) == [path]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("perl", 'open(my $in, "<", "/srv/app/orders.csv") or die;'),
        ("perl", 'use lib "/srv/app/lib";'),
        ("python", 'with open("/srv/app/orders.csv") as given:'),
        ("php", "$text = fopen('/srv/app/orders.csv', 'r');"),
    ],
)
def test_what_is_read_is_not_written(language: str, line: str) -> None:
    assert written(line, language) == []


def test_a_cgi_script_finds_its_data_below_the_document_root() -> None:
    line = 'open(my $h, ">", "$ENV{DOCUMENT_ROOT}/data/n.txt")'
    assert written(line, "perl", DOCUMENT_ROOT="/srv/www") == ["/srv/www/data/n.txt"]


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("perl", "system('qrencode', '-o', $file);", "qrencode"),
        ("perl", "my $x = `zip -q all.zip $nr.png`;", "zip -q all.zip $nr.png"),
        ("perl", "my $mta = '/usr/sbin/sendmail -t';\nopen(M, \"|$mta\") or die;", "/usr/sbin/sendmail -t"),
        ("perl", "open(my $m, '|-', '/usr/sbin/sendmail', '-t');", "/usr/sbin/sendmail"),
        ("python", 'subprocess.run(["/usr/bin/pdftotext", name], check=True)', "/usr/bin/pdftotext"),
        ("python", 'os.system("convert a b")', "convert a b"),
        ("php", "exec('convert ' . escapeshellarg($a));", "convert"),
        ("ruby", 'system("convert a b")', "convert a b"),
        ("node", "execFile('convert', ['a'])", "convert"),
    ],
)
def test_commands_that_scripts_call(language: str, text: str, command: str) -> None:
    assert scripts.called(text, language) == (command,)


def test_statements_of_databases_are_no_commands() -> None:
    assert scripts.called("$db->exec('create table host (file text)');", "php") == ()
