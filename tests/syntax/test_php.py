from __future__ import annotations

from migrate.syntax.php import assignments, is_module, session_directory, session_of, settings


def test_the_directory_of_sessions_is_read_in_every_form() -> None:
    assert session_directory('session.save_path = "/var/lib/php/sessions"\n') == "/var/lib/php/sessions"
    assert session_directory("php_value[session.save_path] = /srv/s/\n") == "/srv/s"
    assert session_directory('  php_admin_value session.save_path "/srv/x"\n') == "/srv/x"
    assert session_directory('session.save_path = "2;0660;/srv/deep"\n') == "/srv/deep"


def test_a_comment_and_another_handler_give_no_directory() -> None:
    assert session_directory(';session.save_path = "/var/lib/php/sessions"\n') is None
    assert session_directory('session.save_path = "tcp://127.0.0.1:6379"\n') is None


def test_a_session_is_known_by_its_name() -> None:
    assert session_of("/var/lib/php/sessions/sess_8ls66gootao7q7ailbtafn95ks") == "/var/lib/php/sessions"
    assert session_of("/var/lib/app/sess_notes.txt") is None


def test_settings_lie_where_the_packagers_put_them() -> None:
    there = ("/etc/php/8.2/fpm/php.ini", "/etc/php.ini", "/etc/php-fpm.d/www.conf", "/etc/php/8.2/fpm/pool.d/www.conf")
    assert settings((*there, "/etc/nginx/nginx.conf")) == there


def test_php_inside_of_apache_is_a_module() -> None:
    assert is_module("/usr/lib/apache2/modules/libphp8.2.so")
    assert is_module("/usr/lib64/httpd/modules/libphp5.so")
    assert not is_module("/usr/lib/php/20220829/mysqli.so")


def test_settings_in_a_program_without_those_in_comments() -> None:
    text = (
        "<?php\n// define('X','no');\ndefine( 'DB_NAME', 'wp' ); /* 'a' => 'b' */\n$db['default'] = array(\n"
        "  'host' => \"a//b\", # c\n);\n$CFG->dbhost = 'h';\nconst VERSION = '9.5';\n$a == 'x';\n"
    )
    assert [(one.name, one.key, one.value, one.line) for one in assignments(text)] == [
        ("DB_NAME", "db_name", "wp", 3),
        ("host", "host", "a//b", 5),
        ("CFG->dbhost", "dbhost", "h", 7),
        ("VERSION", "version", "9.5", 8),
    ]
