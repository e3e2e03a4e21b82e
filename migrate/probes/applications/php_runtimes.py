"""What runs PHP: its process manager, CGI servers, Apache's module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from migrate.model.applications import Application, Component
from migrate.model.facts import Process
from migrate.probes.applications.making import application, called, paths, processes, settings, unique, written
from migrate.probes.applications.roots import Root
from migrate.probes.servers import Instance, Seen, apache
from migrate.probes.servers.versions import home_of, version_of
from migrate.syntax import ini
from migrate.syntax.globs import matching

_MANAGER = re.compile(r"php(?:\d+(?:\.\d+)?)?-fpm[\d.]*")
_CGI = re.compile(r"php(?:\d+(?:\.\d+)?)?-cgi[\d.]*")
_INSIDE = re.compile(r"/(?:lib|mod_)php([\d.]*)[\w.-]*\.so$")
_EXTENSION = re.compile(r"/(?:php/(?:extensions/|modules/)?(?:[^/]+/)?|extensions/[^/]+/|php/modules/)([\w.-]+)\.so$")
_TOLD = frozenset(
    "memory_limit upload_max_filesize post_max_size max_execution_time max_input_vars date.timezone "
    "session.save_handler session.save_path open_basedir disable_functions error_log include_path sendmail_path "
    "display_errors short_open_tag default_charset zend_extension allow_url_fopen auto_prepend_file "
    "register_globals magic_quotes_gpc opcache.enable opcache.memory_consumption sys_temp_dir upload_tmp_dir".split()
)
_POOL = ("listen", "user", "group", "pm", "pm.max_children", "chroot", "chdir")


@dataclass(frozen=True, slots=True)
class Runtime:
    """A PHP that serves: its version, and the sockets and ports where it is asked; none of Apache's module."""

    version: str | None
    listens: tuple[str, ...]
    within: str | None = None


def servers(seen: Seen) -> tuple[Application, ...]:
    """What runs PHP, each as an application."""
    managers = [
        *((one, "php-fpm") for one in seen.running(lambda one: bool(_MANAGER.fullmatch(basename(one.exe or ""))))),
        *((one, "php-cgi") for one in seen.running(lambda one: bool(_CGI.fullmatch(basename(one.exe or ""))))),
    ]
    if not managers:
        managers = [(one, "php-fpm") for one in seen.started(lambda argv: bool(_MANAGER.fullmatch(basename(argv[0]))))]
    inside = (one for each in seen.instances(*apache.NAMES) for one in _inside(seen, each))
    return (*(_manager(seen, one, kind) for one, kind in managers), *inside)


def runtimes(given: Iterable[Application]) -> tuple[Runtime, ...]:
    """The same, as what a site may be passed to."""
    return tuple(
        Runtime(one.version, tuple(value for key, value in one.settings if key.endswith(".listen")), one.within)
        for one in given
    )


def runtime_of(root: Root, given: tuple[Runtime, ...]) -> str | None:
    """The PHP that a site is passed to; the only one there is."""
    asked = {re.sub(r"^unix:", "", one) for one in root.upstreams}
    for one in given:
        if asked & set(one.listens):
            return f"php {one.version}" if one.version else "php"
    own = [one for one in given if one.within == root.within] or list(given)
    versions = {one.version for one in own}
    return f"php {versions.pop()}" if len(versions) == 1 and None not in versions else "php" if own else None


def _manager(seen: Seen, instance: Instance, kind: str) -> Application:
    main = _main_file(seen, instance)
    pools = [setting for path in _with_pools(seen, main) for setting in ini.read(seen.texts[path])] if main else []
    given = _settings_files(seen, instance, dirname(main) if main else None)
    return application(
        seen, instance, kind, "application-server", version=version_of(seen, instance.exe) or _of_name(instance.exe),
        configuration=unique(seen.real(path) for path in (*(_with_pools(seen, main) if main else ()), *given)),
        components=_extensions(processes(seen, instance.pids)), logs=_logs(seen, instance, pools),
        settings=settings((*_of_pools(pools), *_of_settings(seen, given))),
    )  # fmt: skip


def _main_file(seen: Seen, instance: Instance) -> str | None:
    title = re.search(r"\((/[^)]+)\)", " ".join(instance.argv))
    told = title[1] if title else instance.option("-y", "--fpm-config")
    home = home_of(instance.exe)
    version = re.search(r"\d+\.\d+", basename(instance.exe or ""))
    usual = [told or ""]
    usual += [f"{home}/etc/php-fpm.conf"] if home else []
    usual += [f"/etc/php/{version[0]}/fpm/php-fpm.conf"] if version else []
    return seen.first([*usual, "/etc/php-fpm.conf", "/etc/php5/fpm/php-fpm.conf", "/usr/local/etc/php-fpm.conf",
                       "/etc/php7/php-fpm.conf", "/etc/php8/php-fpm.conf"])  # fmt: skip


def _with_pools(seen: Seen, main: str) -> tuple[str, ...]:
    included = [one.value for one in ini.read(seen.texts[main]) if one.key == "include" and one.value]
    found = [path for pattern in included for path in matching(seen.texts, normpath(join(dirname(main), pattern)))]
    return unique((main, *found))


def _of_pools(pools: Iterable[ini.Setting]) -> Iterator[tuple[str, str | None]]:
    for one in pools:
        if one.key in _POOL or one.key.startswith(("pm.", "php_", "env[")):
            yield f"{one.section}.{one.key}", one.value


def _logs(seen: Seen, instance: Instance, pools: list[ini.Setting]) -> tuple[str, ...]:
    named = paths(one.value for one in pools if one.key in ("error_log", "slowlog", "access.log"))
    return unique((*named, *written(seen, instance.pids)[1]))


def _settings_files(seen: Seen, instance: Instance, folder: str | None) -> tuple[str, ...]:
    """The php.ini of an installation, and the files beside it."""
    told = instance.option("-c")
    folders = [told, folder, home_of(instance.exe) and f"{home_of(instance.exe)}/etc",
               home_of(instance.exe) and f"{home_of(instance.exe)}/lib", "/etc", "/etc/php5", "/etc/php7", "/etc/php8",
               "/usr/local/etc/php", "/usr/local/lib"]  # fmt: skip
    for each in folders:
        path = each if each and each.endswith(".ini") else f"{each}/php.ini"
        if each and path in seen.texts:
            base = dirname(path)
            return (path, *matching(seen.texts, f"{base}/conf.d/*.ini"), *matching(seen.texts, f"{base}/php.d/*.ini"))
    return ()


def _of_settings(seen: Seen, files: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for path in files:
        for one in ini.read(seen.texts[path]):
            if one.key in _TOLD and one.value:
                yield one.key, one.value


def _extensions(given: Iterable[Process]) -> tuple[Component, ...]:
    """Those that a process has mapped."""
    mapped = sorted({path for one in given for path in one.mapped})
    found = ((match[1], path) for path in mapped if (match := _EXTENSION.search(path)) and "/mod_" not in path)
    return unique(Component(name, None, path, "module") for name, path in found)


def _inside(seen: Seen, server: Instance) -> Iterator[Application]:
    """PHP as a module of Apache, which its processes have mapped or its configuration loads."""
    mapped = {path for one in processes(seen, server.pids) for path in one.mapped if _INSIDE.search(path)}
    given = next((one for one in apache.configurations(seen)[0] if one.instance == server), None)
    loaded = (
        [one for one in given.all("loadmodule") if len(one.words) > 1 and _INSIDE.search(one.words[1])] if given else []
    )
    module = next(iter(sorted(mapped)), None) or (given.absolute(loaded[0].words[1]) if given and loaded else None)
    if module is None:
        return
    match = _INSIDE.search(module)
    named = match[1].strip(".") if match else ""
    files = _settings_files(seen, server, f"/etc/php/{named}/apache2" if "." in named else f"/etc/php{named}/apache2")
    told = list(given.all("php_value", "php_admin_value", "php_flag", "php_admin_flag")) if given else []
    pairs = [(one.words[0], one.words[1]) for one in told if len(one.words) > 1]
    yield Application(
        "mod_php", "application-server", "mod_php", version=version_of(seen, module) or named or None,
        within=called(server, "apache"), configuration=unique(seen.real(path) for path in files),
        components=_extensions(processes(seen, server.pids)),
        settings=settings((*pairs, *_of_settings(seen, files))),
        seen=f"{seen.real(loaded[0].path)}:{loaded[0].line}" if loaded else module,
    )  # fmt: skip


def _of_name(exe: str | None) -> str | None:
    match = re.search(r"(\d+\.\d+)", basename(exe or ""))
    return match[1] if match else None
