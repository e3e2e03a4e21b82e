"""Formats of pip, RubyGems, npm, composer, PEAR, CPAN and luarocks as those of Debian 12 wrote them; conda's, pnpm's,
NuGet's and R's after their documentation."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import CapturedFile, Content
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.libraries import Environment, Libraries, Library
from migrate.probes.library import PROBE, READING, read
from tests.probes.samples import section


def captured(
    texts: dict[str, Any], links: dict[str, str] | None = None, owned: dict[str, str] | None = None
) -> Snapshot:
    entries = [
        *(CapturedFile(path, "file", 0o644, 0, 0, package=(owned or {}).get(path)) for path in texts),
        *(CapturedFile(path, "link", 0o777, 0, 0, target=target) for path, target in (links or {}).items()),
    ]
    data = {path: (text if isinstance(text, str) else json.dumps(text)).encode() for path, text in texts.items()}
    scope = Scope("content", "complete", facts=Content(tuple(entries)))
    return Snapshot(Inventory("h", "h", "", (scope,)), data)


def brief(snapshot: Snapshot) -> list[tuple[str, str, str | None, bool | None]]:
    return [(one.manager, one.name, one.version, one.direct) for one in read(snapshot).facts.libraries]


SITE = "/opt/shop/venv/lib/python3.11/site-packages"
FLASK = "Metadata-Version: 2.1\nName: Flask\nVersion: 2.2.5\n\nName: not this\n"


def test_a_virtual_environment_with_what_was_asked_for_and_what_came_along() -> None:
    found = read(
        captured(
            {
                "/opt/shop/venv/pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages=false\nversion=3.11\n",
                f"{SITE}/Flask-2.2.5.dist-info/METADATA": FLASK,
                f"{SITE}/Flask-2.2.5.dist-info/INSTALLER": "pip\n",
                f"{SITE}/Flask-2.2.5.dist-info/REQUESTED": "",
                f"{SITE}/click-8.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: click\nVersion: 8.1\n",
                f"{SITE}/click-8.1.dist-info/INSTALLER": "pip\n",
                f"{SITE}/pip/_vendor/rich.dist-info/METADATA": FLASK,
            }
        )
    ).facts
    seen = f"{SITE}/Flask-2.2.5.dist-info/METADATA"
    assert found.libraries[0] == Library("Flask", "2.2.5", "pip", SITE, True, seen=seen)
    assert [(one.name, one.direct) for one in found.libraries] == [("Flask", True), ("click", False)]
    assert found.environments == (
        Environment(
            "venv", "/opt/shop/venv", "python 3.11", "/usr/bin", False, "/opt/shop/venv/pyvenv.cfg"
        ),
    )  # fmt: skip


def test_what_a_package_of_the_system_owns_or_installed_is_no_library() -> None:
    place = "/usr/lib/python3/dist-packages"
    texts = {
        f"{place}/requests-2.28.1.egg-info/PKG-INFO": "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n",
        f"{place}/a.dist-info/METADATA": "Metadata-Version: 2.1\nName: a\nVersion: 1\n",
        f"{place}/a.dist-info/INSTALLER": "rpm\n",
    }
    assert brief(captured(texts, owned={f"{place}/requests-2.28.1.egg-info/PKG-INFO": "python3-requests"})) == []


def test_where_a_distribution_came_from_without_the_token() -> None:
    place = "/usr/local/lib/python3.9/dist-packages"
    url = {"url": "https://u:tok@git.example.org/a.git", "vcs_info": {"vcs": "git", "commit_id": "0a1b"}}
    texts = {f"{place}/a-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: a\nVersion: 1\n",
             f"{place}/a-1.dist-info/direct_url.json": url}  # fmt: skip
    (found,) = read(captured(texts)).facts.libraries
    assert found.source == "git+https://***@git.example.org/a.git@0a1b"


def test_eggs_of_the_python_2_days() -> None:
    place = "/usr/lib/python2.6/site-packages"
    old = "Metadata-Version: 1.0\nName: {}\nVersion: 0.9\n"
    texts = {
        f"{place}/simplejson-0.9-py2.6.egg-info": old.format("simplejson"),
        f"{place}/Mako-0.9-py2.6.egg/EGG-INFO/PKG-INFO": old.format("Mako"),
        f"{place}/Cheetah-0.9.egg-info/PKG-INFO": old.format("Cheetah"),
        f"{place}/Cheetah-0.9.egg-info/installed-files.txt": "../a.py\n",
        "/opt/x/readme.egg-info": "no metadata",
    }
    assert brief(captured(texts)) == [
        ("pip", "Cheetah", "0.9", None), ("setuptools", "Mako", "0.9", None), ("setuptools", "simplejson", "0.9", None),
    ]  # fmt: skip


def test_conda_s_own_record_counts_once() -> None:
    texts = {
        "/opt/conda/conda-meta/history": "==> 2020 <==\n",
        "/opt/conda/conda-meta/numpy-1.2-py.json": {
            "name": "numpy", "version": "1.2", "channel": "https://repo.example.org/t/main", "requested_spec": "numpy",
        },
        "/opt/conda/lib/python3.8/site-packages/numpy-1.2.dist-info/METADATA": FLASK,
        "/opt/conda/lib/python3.8/site-packages/numpy-1.2.dist-info/INSTALLER": "conda",
    }  # fmt: skip
    found = read(captured(texts)).facts
    assert [(one.manager, one.name, one.place) for one in found.libraries] == [("conda", "numpy", "/opt/conda")]
    assert [(one.kind, one.path) for one in found.environments] == [("conda", "/opt/conda")]


GEMSPEC = '# stub: rack 2.2.4 ruby lib\n\nGem::Specification.new do |s|\n  s.name = "rack".freeze\n'
LOCK = """GIT
  remote: https://u:p@git.example.org/own.git
  revision: abc
  specs:
    own (0.1)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.13.10-x86_64-linux)
      racc (~> 1.4)
    rack (2.2.4)

PLATFORMS
  ruby

DEPENDENCIES
  own!
  rack (~> 2.2)

BUNDLED WITH
   2.3.15
"""


def test_gems_and_what_a_lock_file_wants_that_is_not_there() -> None:
    texts = {
        "/var/lib/gems/3.1.0/specifications/rack-2.2.4.gemspec": GEMSPEC,
        "/usr/local/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec": GEMSPEC,
        "/srv/app/Gemfile.lock": LOCK,
    }
    found = read(captured(texts)).facts.libraries
    assert [(one.name, one.version, one.place, one.direct, one.locked, one.source) for one in found] == [
        ("nokogiri", "1.13.10", "/srv/app", False, True, None),
        ("own", "0.1", "/srv/app", True, True, "https://***@git.example.org/own.git"),
        ("rack", "2.2.4", "/var/lib/gems/3.1.0", None, False, None),
    ]


def test_npm_s_packages_at_the_top_and_not_those_below() -> None:
    top = "/srv/app/node_modules"
    texts = {
        "/srv/app/package.json": {"name": "app", "dependencies": {"express": "^4"}},
        f"{top}/express/package.json": {"name": "express", "version": "4.18.2"},
        f"{top}/@scope/x/package.json": {"name": "@scope/x", "version": "1.0.0"},
        f"{top}/express/node_modules/qs/package.json": {"name": "qs", "version": "6"},
        f"{top}/express/lib/package.json": {"name": "z", "version": "6"},
        f"{top}/.package-lock.json": {},
        "/usr/local/lib/node_modules/pm2/package.json": {"name": "pm2", "version": "5.3.0"},
    }
    assert brief(captured(texts)) == [
        ("npm", "@scope/x", "1.0.0", False), ("npm", "express", "4.18.2", True), ("npm", "pm2", "5.3.0", True),
    ]  # fmt: skip


def test_pnpm_s_links_and_npm_s_lock_without_its_packages() -> None:
    texts = {
        "/srv/a/package.json": {"dependencies": {"left": "1"}}, "/srv/a/pnpm-lock.yaml": "",
        "/srv/b/package.json": {"dependencies": {"right": "2"}},
        "/srv/b/package-lock.json": {"packages": {"": {}, "node_modules/right": {"version": "2.1.0"}}},
    }  # fmt: skip
    links = {"/srv/a/node_modules/left": ".pnpm/left@1.0.3/node_modules/left"}
    assert brief(captured(texts, links)) == [("npm", "right", "2.1.0", True), ("pnpm", "left", "1.0.3", True)]


COMPOSER = [{"name": "monolog/monolog","version": "2.9.1", "source": {"url": "https://github.com/S/m.git"}},
            {"name": "own/lib", "version": "1.0", "source": {"url": "https://x:y@git.example.org/l.git"}}]  # fmt: skip


def test_composer_s_packages_in_both_forms_and_from_the_lock() -> None:
    texts = {
        "/srv/a/composer.json": {"require": {"monolog/monolog": "^2", "php": ">=7"}},
        "/srv/a/vendor/composer/installed.json": {"packages": COMPOSER, "dev": True},
        "/srv/a/composer.lock": {"packages": COMPOSER},
        "/srv/b/vendor/composer/installed.json": COMPOSER[:1],
        "/srv/c/composer.lock": {"packages": COMPOSER[:1], "packages-dev": []},
    }
    found = read(captured(texts)).facts.libraries
    assert [(one.name, one.place, one.direct, one.locked, one.source) for one in found] == [
        ("monolog/monolog", "/srv/a/vendor", True, False, None),
        ("own/lib", "/srv/a/vendor", False, False, "https://***@git.example.org/l.git"),
        ("monolog/monolog", "/srv/b/vendor", None, False, None),
        ("monolog/monolog", "/srv/c", None, True, None),
    ]


OLD = 'a:1:{s:4:"name";s:4:"Mail";s:7:"version";s:5:"1.6.0";}'
REG = (
    'a:2:{s:7:"attribs";a:1:{s:7:"version";s:3:"2.0";}s:4:"name";s:5:"redis";'
    's:7:"version";a:2:{s:7:"release";s:5:"5.3.7";s:3:"api";s:1:"1";}}'
)


def test_pear_s_registry_and_an_extension_that_nobody_registered() -> None:
    texts = {
        "/usr/share/php/.registry/.channel.pecl.php.net/redis.reg": REG,
        "/usr/share/php/.registry/mail.reg": OLD,
        "/usr/lib/php/20210902/redis.so": "ELF",
        "/usr/lib/php/20210902/ioncube.so": "ELF",
        "/usr/lib64/php/modules/curl.so": "ELF",
    }
    here = captured(texts, owned={"/usr/lib64/php/modules/curl.so": "php-common"})
    assert brief(here) == [
        ("pear", "Mail", "1.6.0", None), ("pecl", "redis", "5.3.7", None), ("php-extension", "ioncube", None, None),
    ]  # fmt: skip


def test_cpan_s_distributions_with_the_version_that_perllocal_or_cpanm_kept() -> None:
    lib = "/usr/local/lib/x86_64-linux-gnu/perl/5.36.0"
    pod = "=head2 Wed Nov 25 2026: C<Module> L<JSON::XS|JSON::XS>\n\n=item *\n\nC<VERSION: 4.03>\n"
    texts = {
        f"{lib}/perllocal.pod": pod,
        f"{lib}/auto/JSON/XS/.packlist": "/usr/local/x\n",
        f"{lib}/auto/Try/Tiny/.packlist": "/usr/local/y\n",
        "/usr/local/share/perl/5.36.0/x86_64-linux-gnu/.meta/Try-Tiny-0.31/install.json": {
            "name": "Try::Tiny",
            "version": "0.31",
        },
        "/usr/local/lib/perl5/5.8.8/.packlist": "the interpreter itself",
    }
    assert brief(captured(texts)) == [("cpan", "JSON::XS", "4.03", None), ("cpan", "Try::Tiny", "0.31", None)]


def test_rocks_r_nuget_go_and_cargo() -> None:
    texts = {
        "/usr/local/lib/luarocks/rocks-5.4/inspect/3.1.3-0/rock_manifest": "rock_manifest = {}",
        "/usr/local/lib/R/site-library/zoo/DESCRIPTION": "Package: zoo\nVersion: 1.8\nBuilt: R 4.2\n",
        "/opt/n/app.deps.json": {"libraries": {"Dapper/2.0.0": {"type": "package"}, "app/1.0.0": {"type": "project"}}},
        "/srv/g/go.mod": "module x\n\nrequire (\n\tgithub.com/a/b v1.2.3\n\tgolang.org/x/c v0.1.0 // indirect\n)\n",
        "/srv/g/vendor/q/go.mod": "require github.com/z/z v1.0.0\n",
        "/srv/r/Cargo.lock": '[[package]]\nname = "serde"\nversion = "1.0"\nsource = "registry+https://x"\n',
    }
    assert brief(captured(texts)) == [
        ("cargo", "serde", "1.0", None), ("go", "github.com/a/b", "v1.2.3", True),
        ("go", "golang.org/x/c", "v0.1.0", False), ("luarocks", "inspect", "3.1.3-0", None),
        ("nuget", "Dapper", "2.0.0", None), ("r", "zoo", "1.8", None),
    ]  # fmt: skip


PLACES = [
    f"{SITE}/a.dist-info/METADATA", f"{SITE}/a.dist-info/direct_url.json", "/a/specifications/a.gemspec",
    "/a/Gemfile.lock", "/a/node_modules/b/package.json", "/a/package.json", "/c/package.json", "/c/package-lock.json",
    "/a/vendor/composer/installed.json", "/a/composer.lock", "/a/.registry/x.reg", "/a/auto/B/.packlist",
    "/a/perllocal.pod", "/a/.meta/x/install.json", "/a/x.deps.json", "/a/conda-meta/x.json", "/a/go.mod",
    "/a/Cargo.lock",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "version",
                    "packages",
                    "dependencies",
                    "libraries",
                    "source",
                    "url",
                    "vcs_info",
                    "require",
                    "x",
                ]
            ),
            inner,
        )
    ),
)


@given(st.text() | VALUES)
def test_odd_records_cost_nothing_but_themselves(value: Any) -> None:
    parsed = read(captured(dict.fromkeys(PLACES, value)))
    assert isinstance(parsed.facts, Libraries)
    assert parsed.gaps == ()


# After the layouts that snapd, flatpak, Homebrew, pkgsrc, nvm, pyenv, rvm, SDKMAN and conda document.
PATHS = """/var/lib/snapd/snaps/core20_1828.snap
/var/lib/flatpak/app/org.x.App/current
/var/lib/flatpak/app/org.x.App/x86_64/stable
/home/linuxbrew/.linuxbrew/Cellar/jq/1.6_1
/usr/pkg/pkgdb/nginx-1.20.1nb2
/nix/store
/root/.nvm/versions/node/v16.20.0
/root/.nvm/versions/node/v16.20.0/lib/node_modules/npm
/root/.nvm/versions/node/v16.20.0/lib/node_modules/pm2
/home/a/.pyenv/versions/3.8.10
/usr/local/rvm/rubies/ruby-2.7.2
/home/a/.sdkman/candidates/java/11.0.2-open
/home/a/.local/lib/python3.9/site-packages/charset_normalizer-2.0.dist-info
/home/a/.gem/ruby/2.7.0/specifications/net-ssh-6.1.0.gemspec
/root/miniconda3/conda-meta/ca-certificates-2023.1-h0_0.json
/home/a/venv/pyvenv.cfg
/home/a/.local/lib/python3.9/site-packages/odd-info
"""


def test_what_lies_in_homes_and_in_state() -> None:
    found = PROBE.parse(section(found=PATHS, snaps="core20\t'20230126'")).facts
    assert [(one.manager, one.name, one.version) for one in found.libraries] == [
        ("brew", "jq", "1.6_1"), ("conda", "ca-certificates", "2023.1"), ("flatpak", "org.x.App", "stable"),
        ("gem", "net-ssh", "6.1.0"), ("npm", "pm2", None), ("pip", "charset_normalizer", "2.0"),
        ("pkgsrc", "nginx", "1.20.1nb2"), ("snap", "core20", "20230126"),
    ]  # fmt: skip
    assert found.libraries[-1].source == "revision 1828"
    assert [(one.kind, one.runtime) for one in found.environments] == [
        ("pyenv", "python 3.8.10"), ("sdkman", "java 11.0.2-open"), ("venv", None), ("nix", None),
        ("nvm", "node 16.20.0"), ("rvm", "ruby 2.7.2"),
    ]  # fmt: skip


def test_what_was_captured_counts_more_than_the_names_of_directories() -> None:
    place = "/home/app/venv/lib/python3.9/site-packages"
    told = PROBE.parse(
        section(found=f"{place}/flask-2.dist-info\n/home/app/venv/pyvenv.cfg\n/nix/store", snaps="")
    ).facts
    here = captured({f"{place}/flask-2.dist-info/METADATA": FLASK, "/home/app/venv/pyvenv.cfg": "version = 3.9\n"})
    here = Snapshot(
        Inventory("h", "h", "", (*here.inventory.scopes, Scope("libraries", "complete", facts=told))), here.texts
    )
    facts = read(here).facts
    assert [(one.name, one.version) for one in facts.libraries] == [("Flask", "2.2.5")]
    assert [(one.kind, one.runtime) for one in facts.environments] == [("venv", "python 3.9"), ("nix", None)]


@given(st.lists(st.text()))
def test_odd_names_are_no_error(names: list[str]) -> None:
    PROBE.parse(section(found="\n".join(names), snaps="\n".join(names)))


def test_the_scope_is_named() -> None:
    assert PROBE.facts is READING.facts is Libraries
