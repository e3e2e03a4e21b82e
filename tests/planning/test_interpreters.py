from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.facts import CapturedFile
from migrate.planning import interpreters
from migrate.planning.interpreters import distributions, environments, gem, isolated, modules_run, whole
from tests.planning.hosts import host, package, process, tree

_MODULES = {"python:gunicorn": "python3-gunicorn", "python:yaml": "python3-yaml"}


def test_a_generated_start_script_names_the_distribution_that_it_starts() -> None:
    text = "__requires__ = 'gunicorn==20.1.0'\nimport re\n"
    [(name, _)] = distributions(host(), _MODULES, "/srv/venv/bin/gunicorn", text)
    assert name == "python3-gunicorn"


def test_a_distribution_of_another_name_than_its_module_is_found_by_its_package() -> None:
    facts = host(packages=(package("python3-pil"), package("python3-pyyaml")))
    found = [name for name, _ in distributions(facts, _MODULES, "/x", "'PyYAML>=5.1', 'unknown==1'")]
    assert found == ["python3-pyyaml"]


def test_a_module_that_is_run_is_needed() -> None:
    candidate = Candidate("web", None, (process(7, "/usr/bin/python3", "-u", "-m", "gunicorn.app.wsgiapp", "x:y"),))
    assert [name for name, _ in modules_run(host(), _MODULES, candidate)] == ["python3-gunicorn"]


def test_a_virtualenv_is_isolated_unless_its_settings_say_otherwise() -> None:
    candidate = Candidate("web", None, (process(7, "/srv/venv/bin/python"),))
    alone, shared = b"include-system-site-packages = false\n", b"include-system-site-packages = true\n"
    assert isolated(host(texts={"/srv/venv/pyvenv.cfg": alone}), candidate)
    assert not isolated(host(texts={"/srv/venv/pyvenv.cfg": shared}), candidate)
    assert not isolated(host(), candidate)


def test_the_virtualenv_of_a_path_is_the_folder_with_its_settings() -> None:
    facts = host(texts={"/srv/venv/pyvenv.cfg": b"", "/srv/app.py": b""})
    assert list(environments(facts, ("/srv/venv/bin/python", "/srv/app.py"))) == ["/srv/venv"]


def test_a_reduced_interpreter_stands_for_the_whole_one_where_the_host_has_it() -> None:
    both = host(packages=(package("python3-minimal"), package("python3", "python3-minimal")))
    assert whole(both, "python3-minimal") == "python3"
    assert whole(host(packages=(package("python3-minimal"),)), "python3-minimal") == "python3-minimal"
    assert whole(both, "nginx-minimal") == "nginx-minimal"
    library = host(packages=(package("libpython3.11-minimal"), package("libpython3.11", "libpython3.11-minimal")))
    assert whole(library, "libpython3.11-minimal") == "libpython3.11-minimal"


def test_what_ruby_requires_comes_from_the_package_that_is_called_like_the_gem() -> None:
    facts = host(packages=(package("ruby-sinatra"), package("ruby-rack-session"), package("rubygem-pg")))
    assert gem(facts, "sinatra/base") == "ruby-sinatra"
    assert gem(facts, "rack/session") == "ruby-rack-session"
    assert gem(facts, "pg") == "rubygem-pg"
    assert gem(facts, "json") is None


def test_a_perl_script_that_names_all_in_full_stands_alone() -> None:
    alone = b"#!/usr/bin/perl\nuse Shop::Data;\nopen(my $in, '<', '/srv/shop/orders.csv') or die;\n"
    beside = b'#!/usr/bin/perl\nuse FindBin;\nuse lib "$FindBin::Bin/../lib";\n'
    one = host(texts={"/srv/shop/bin/a": alone, "/srv/shop/bin/b": beside, "/srv/shop/bin/c": b"#!/bin/sh\n. ./x\n"})
    assert [interpreters.stands_alone(one, f"/srv/shop/bin/{name}") for name in "abc"] == [True, False, False]


def test_modules_that_somebody_installed_by_hand_come_along() -> None:
    texts = {
        "/usr/local/share/perl/5.36.0/Text/Own.pm": b"package Text::Own;\n1;\n",
        "/usr/local/share/perl/5.36.0/Text/Other.pm": b"package Text::Other;\n1;\n",
        "/srv/shop/lib/Shop.pm": b"package Shop;\n1;\n",
    }
    places = ("/usr/local/share/perl", "/usr/local/share/perl/5.36.0")
    folders = tuple(CapturedFile(path, "directory", 0o755, 0, 0, 0) for path in places)
    one = host(texts=texts, entries=folders, trees=(tree("/usr/local/share/perl", "application"),))
    script = "use strict;\nuse lib '/srv/shop/lib';\nuse Text::Own qw(x);\nuse Shop;\n"
    assert list(interpreters.perl_modules(one, "/srv/shop/cgi/a.pl", script)) == [
        *("/usr/local/share/perl/5.36.0/Text/Own.pm", "/srv/shop/lib/Shop.pm"),
    ]
