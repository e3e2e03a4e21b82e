"""Applications written in PHP, wherever a web server serves them, and what runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, normpath

from migrate.model.applications import Application, Component, Resource
from migrate.probes.applications import Found, php_known, resources
from migrate.probes.applications.making import paths, unique
from migrate.probes.applications.php_known import KNOWN, Known
from migrate.probes.applications.php_runtimes import Runtime, runtime_of, runtimes, servers
from migrate.probes.applications.resources import Told
from migrate.probes.applications.roots import Root, roots
from migrate.probes.servers import Seen
from migrate.probes.servers.versions import package_version, plain_version
from migrate.syntax import environment_file, php, plain
from migrate.syntax.globs import matching

# Where the document root lies in an application.
_PUBLIC = frozenset("public web htdocs html pub httpdocs public_html docroot www webroot".split())
_PROGRAM = (".php", ".php3", ".php5", ".phtml")
_WRITTEN = frozenset(("datadirectory", "dataroot", "wguploaddirectory"))


def find(seen: Seen) -> Found:
    running = servers(seen)
    return Found((*running, *_applications(seen, runtimes(running))))


def _applications(seen: Seen, runtimes: tuple[Runtime, ...]) -> Iterator[Application]:
    served = roots(seen)
    known = dict(_marked(seen, served))
    for folder, (one, root, url) in sorted(known.items()):
        yield _known(seen, folder, one, root, url, runtimes)
    yield from _packaged(seen, served, known, runtimes)
    yield from _others(seen, served, frozenset(known), runtimes)


def _marked(seen: Seen, served: tuple[Root, ...]) -> Iterator[tuple[str, tuple[Known, Root, str]]]:
    """The folder of each known application that is served."""
    marks: dict[str, list[Known]] = {}
    for one in KNOWN:
        marks.setdefault(basename(one.mark), []).append(one)
    found: dict[str, Known] = {}
    for path in seen.snapshot.texts:
        for one in marks.get(basename(path), ()):
            if path.endswith("/" + one.mark):
                folder = path[: -len(one.mark) - 1]
                found.setdefault(folder, one)
    for folder, one in found.items():
        inner = dirname(folder)
        if (inner in found and basename(folder) in ("core", "system", "vendor")) or "/vendor/" in folder + "/":
            continue
        if not _tells(seen, folder, one):
            continue
        for root in served:
            url = _url(root, folder)
            if url is not None:
                yield folder, (one, root, url)
                break


def _tells(seen: Seen, folder: str, one: Known) -> bool:
    """Whether more than one file says so."""
    files = [path for path, _ in one.version] + [path for path in one.settings if not path.startswith("/")]
    return any(matching(seen.texts, normpath(f"{folder}/{path}")) for path in files) or not files


def _url(root: Root, folder: str) -> str | None:
    """What the application is asked for as; its document root may lie in it."""
    url = root.url_of(folder)
    if url is None and root.path.startswith(folder + "/"):
        rest = root.path[len(folder) + 1 :].split("/")
        return root.url if len(rest) == 1 and rest[0] in _PUBLIC else None
    return url


def _known(
    seen: Seen, folder: str, one: Known, root: Root, url: str, runtimes: tuple[Runtime, ...]
) -> Application:  # fmt: skip
    frameworks = _frameworks(seen, folder)
    version = _version(seen, folder, one) or next(
        (each.version for each in frameworks if php_known.FRAMEWORKS.get(each.name) == one.kind), None
    )
    files = _settings_of(seen, folder, one)
    return Application(
        one.kind, "application", _name(root, url, folder), version, folder, runtime=runtime_of(root, runtimes),
        within=root.within, paths=(url,), configuration=unique(seen.real(path) for path in files),
        data=_data(seen, folder, one, files), components=(*_plugins(seen, folder, one), *frameworks),
        resources=_resources(seen, files, one.engine), seen=f"{folder}/{one.mark}",
    )  # fmt: skip


def _name(root: Root, url: str, folder: str) -> str:
    """The site and the path; of a site without a name, that of the folder."""
    if root.names:
        return root.names[0] + (url if url != "/" else "")
    return url.strip("/") or basename(folder if basename(folder) not in _PUBLIC else dirname(folder)) or folder


def _version(seen: Seen, folder: str, one: Known) -> str | None:
    for path, expression in one.version:
        text = seen.texts.get(f"{folder}/{path}", "")
        match = re.search(expression, php.without_comments(text) if path.endswith(".php") else text)
        if match:
            return ".".join(group for group in match.groups() if group)
    return None


def _settings_of(seen: Seen, folder: str, one: Known) -> tuple[str, ...]:
    own = [path for path in one.settings if not path.startswith("/")]
    found = unique(path for each in own for path in matching(seen.texts, normpath(f"{folder}/{each}")))
    packaged = [path for path in one.settings if path.startswith("/")]
    return found or unique(path for each in packaged for path in matching(seen.texts, each))


def _data(seen: Seen, folder: str, one: Known, files: tuple[str, ...]) -> tuple[str, ...]:
    told = [each.value for path in files for each in _told(seen, path) if _last(each.key) in _WRITTEN]
    named = [f"{folder}/{each}" for each in one.data if "*" not in each]
    starred = [each.partition("/*/") for each in one.data if "*" in each]
    sites = unique(
        f"{dirname(path)}/{tail}" for head, _, tail in starred for path in files if path.startswith(f"{folder}/{head}/")
    )
    return unique((*paths(told), *named, *sites))


def _last(key: str) -> str:
    return re.split(r"[.>]", key)[-1].lower()


def _plugins(seen: Seen, folder: str, one: Known) -> tuple[Component, ...]:
    found = unique(
        component
        for pattern, kind in one.plugins
        for path in matching(seen.texts, f"{folder}/{pattern}")
        if (component := _plugin(path, seen.texts[path][:20_000], kind, pattern)) is not None
    )
    loaded = _loaded(seen, folder) if one.kind == "mediawiki" else frozenset()
    return tuple(each for each in found if not loaded or each.name in loaded)


def _loaded(seen: Seen, folder: str) -> frozenset[str]:
    """What LocalSettings.php of MediaWiki loads; many more lie there."""
    text = php.without_comments(seen.texts.get(f"{folder}/LocalSettings.php", ""))
    calls = re.findall(r"wfLoad(?:Extension|Skin)s?\s*\(([^;]*)\)", text)
    names = {name for call in calls for name in re.findall(r"['\"]([\w-]+)['\"]", call)}
    return frozenset(names | set(re.findall(r"/(?:extensions|skins)/([\w-]+)/", text)))


def _plugin(path: str, text: str, kind: str, pattern: str) -> Component | None:
    """What a plug-in's own file says; None of other files of that name."""
    alone = "*" not in dirname(pattern)
    name = basename(path).rpartition(".")[0] if alone else basename(dirname(path))
    if name == "etc":
        name = "/".join(path.split("/")[-4:-2])
    if name == "appinfo":
        name = basename(dirname(dirname(path)))
    if path.endswith(".php") and "/plugins/" in path + "/" and not re.search(r"(?im)^[\s*#@/]*Plugin Name:", text):
        return None
    if path.endswith("style.css") and not re.search(r"(?im)^[\s*#@/]*Theme Name:", text):
        return None
    if "/administrator/components/" in path and (
        not re.search(r"<(?:extension|install)\b", text) or "Joomla! Project" in text
    ):
        return None
    return Component(name, _plugin_version(path, text), path if alone else dirname(path), kind)


def _plugin_version(path: str, text: str) -> str | None:
    if path.endswith(".xml"):
        match = re.search(r"<version>\s*(?:<!\[CDATA\[)?\s*v?([\w.-]+)", text)
    elif path.endswith(".json"):
        match = re.search(r"\"version\"\s*:\s*\"v?([\w.-]+)", text)
    elif path.endswith((".php", ".css")) and "emconf" not in path and "setup" not in path:
        match = re.search(r"(?im)^[\s*#@/]*Version:\s*v?([\w.-]+)", text)
    else:
        match = re.search(r"(?im)^\W*(?:version|date)\W{1,8}v?(\d[\w.-]*)", text)
    return match[1] if match else None


def _frameworks(seen: Seen, folder: str) -> tuple[Component, ...]:
    """Frameworks in composer.lock, that of the folder above where the document root is one of it."""
    for path in (f"{folder}/composer.lock", f"{dirname(folder)}/composer.lock"):
        text = seen.texts.get(path)
        if text:
            pairs = re.findall(r"\"name\":\s*\"([\w./-]+)\",\s*\"version\":\s*\"v?([\w.+-]+)\"", text)
            return unique(
                Component(name, version, path, "framework") for name, version in pairs if name in php_known.FRAMEWORKS
            )
    return ()


# --- what they are told -----------------------------------------------------------------------------------------------


def _told(seen: Seen, path: str) -> tuple[Told, ...]:
    text = seen.texts[path]
    real = seen.real(path)
    if path.endswith(".php"):
        return tuple(Told(one.name, one.value, f"{real}:{one.line}") for one in php.assignments(text))
    if basename(path).startswith(".env"):
        return tuple(Told(one.name, one.value, f"{real}:{one.line}") for one in environment_file.read_shell(text))
    if path.endswith(".xml"):
        found = re.finditer(r"<(\w+)>\s*(?:<!\[CDATA\[)?([^<>\]]*)(?:\]\]>)?\s*</\1>", text)
        return tuple(Told(one[1], one[2].strip(), f"{real}:{text.count(chr(10), 0, one.start()) + 1}") for one in found)
    return tuple(Told(one.key, one.value, f"{real}:{one.line}") for one in plain.read(text))


def _resources(seen: Seen, files: tuple[str, ...], engine: str | None) -> tuple[Resource, ...]:
    found: list[Resource | None] = []
    for path in files:
        told = _told(seen, path)
        urls = resources.named(one for one in told if "://" in one.value or basename(path).startswith(".env"))
        own = resources.database(told, engine)
        found += [one for one in urls if own is None or one.kind != "database" or "://" in (one.url or "")]
        found.append(own)
    return unique(found)


def _packaged(
    seen: Seen, served: tuple[Root, ...], known: dict[str, tuple[Known, Root, str]], runtimes: tuple[Runtime, ...]
) -> Iterator[Application]:
    """Those that a package installed: their files are not captured, their configuration is."""
    for one in KNOWN:
        package = next((name for name in one.package if name in seen.versions), None)
        if package is None:
            continue
        stem = re.sub(r"-(?:core|php|web)$|frontend-", "", package).lower()
        for root in served:
            place = next(
                (piece for piece in root.path.split("/")[3:] if piece.lower() in (package.lower(), stem)), None
            )
            if place and root.path.startswith(("/usr/share/", "/var/lib/", "/usr/lib/")) and root.path not in known:
                folder = root.path[: root.path.index(f"/{place}") + len(place) + 1]
                files = _settings_of(seen, folder, one)
                yield Application(
                    one.kind, "application", _name(root, root.url, folder), package_version(seen, package), folder,
                    runtime=runtime_of(root, runtimes), within=root.within, paths=(root.url,),
                    configuration=unique(seen.real(path) for path in files),
                    resources=_resources(seen, files, one.engine), seen=root.seen,
                )  # fmt: skip
                break


def _others(
    seen: Seen, served: tuple[Root, ...], known: frozenset[str], runtimes: tuple[Runtime, ...]
) -> Iterator[Application]:
    """Document roots with PHP that has no name: one each, or one for each folder where there is none on top."""
    done: set[str] = set()
    for root in served:
        below = [path for path in seen.below(root.path) if path.endswith(_PROGRAM)]
        folders = unique(_top(path, root.path, below) for path in below)
        for folder in folders:
            if folder in done or any(_overlaps(folder, one) for one in known):
                continue
            done.add(folder)
            url = root.url_of(folder) or "/"
            frameworks = _frameworks(seen, folder)
            kind = next((php_known.FRAMEWORKS[each.name] for each in frameworks
                         if php_known.FRAMEWORKS[each.name] in php_known.MAIN), "php")  # fmt: skip
            version = next((each.version for each in frameworks if php_known.FRAMEWORKS[each.name] == kind), None)
            yield Application(
                kind, "application", _name(root, url, folder), version and plain_version(version), folder,
                runtime=runtime_of(root, runtimes), within=root.within, paths=(url,), components=frameworks,
                resources=_resources_of_programs(seen, folder), seen=root.seen,
            )  # fmt: skip


def _top(path: str, root: str, below: list[str]) -> str:
    """The document root where programs lie in it; else the folder of it that the program is in."""
    if any(dirname(one) == root for one in below):
        return root
    return root.rstrip("/") + "/" + path[len(root.rstrip("/")) + 1 :].split("/")[0]


def _overlaps(folder: str, known: str) -> bool:
    return folder == known or folder.startswith(known + "/") or known == dirname(folder)


def _resources_of_programs(seen: Seen, folder: str) -> tuple[Resource, ...]:
    """Databases in files that are called after settings, not deep down."""
    names = ("config*.php", "settings*.php", "db*.php", "database*.php", "connect*.php", "*/config*.php", "*/db*.php",
             "inc*/conn*.php", "conf*/*.php", ".env", "../.env")  # fmt: skip
    files = unique(path for name in names for path in matching(seen.texts, normpath(f"{folder}/{name}")))
    return _resources(seen, files[:20], None)


FIND = find
