"""What Java archives say of themselves: manifest, descriptors, libraries, settings, the level of their classes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename, splitext
from typing import IO, Protocol

from migrate.archives import Zip, open_zip
from migrate.errors import InputError
from migrate.model.applications import Component, Resource
from migrate.model.facts import Archive
from migrate.planning.secrets import find_in_variables
from migrate.syntax import java_descriptors, java_libraries, java_logging, java_resources
from migrate.syntax import settings as flat

_CLASSES_LOOKED_AT = 400
_CLASSES_OF_A_LIBRARY = 20
_LARGEST_LIBRARY = 16 << 20
_ALL_LIBRARIES = 96 << 20
_LARGEST_MODULE = 64 << 20
_MOST_MODULES = 40
_LARGEST_SETTINGS = 256 << 10
_MOST_SETTINGS = 60
_SETTINGS = re.compile(r"(WEB-INF|META-INF|BOOT-INF)/(.*/)?[^/]+\.(properties|xml|ya?ml|conf|cfg|ini|json|env)")
_SECRETLESS = re.compile(r"META-INF/(maven|versions|license.*)/.*")  # how it was built says nothing of where it runs
_LIBRARY = re.compile(r"((WEB|BOOT|APP)-INF/lib/|lib/|)[^/]+\.jar|.*/lib/[^/]+\.jar")
_NATIVE = re.compile(r".*\.(so(\.\d+)*|dll|dylib|jnilib)")
_CONTEXT = (
    "WEB-INF/jboss-web.xml", "WEB-INF/weblogic.xml", "WEB-INF/glassfish-web.xml", "WEB-INF/payara-web.xml",
    "WEB-INF/sun-web.xml", "WEB-INF/ibm-web-ext.xml", "WEB-INF/ibm-web-ext.xmi", "META-INF/context.xml",
)  # fmt: skip
_TOLD = re.compile(
    r"(?i)((WEB|BOOT)-INF/([\w$-]+/){0,9}|config/|classes/|META-INF/(spring/)?|)([\w.-]*context[\w.-]*|application[\w.-]*"
    r"|bootstrap[\w.-]*|hibernate[\w.-]*|persistence|[\w.-]*-ds|spring[\w./-]*|resources|[\w.-]*-servlet|beans[\w.-]*"
    r"|(jdbc|database|datasource|db|config|mail|jms|app|settings|environment|server)[\w.-]*|microprofile-config"
    r"|log4j2?[\w.-]*|logback[\w.-]*|logging[\w.-]*|jetty-env|jboss-web|web|weblogic|ra|ejb-jar|glassfish-resources"
    r"|payara-resources|spring/[\w.-]+)\.(properties|xml|ya?ml)"
)  # fmt: skip
_APPLICATION = re.compile(r"((WEB|BOOT)-INF/classes/|config/|)(application|bootstrap)[\w-]*\.(properties|ya?ml)")
_NAMED = re.compile(
    r"server\.(port|ssl\.enabled)|management\.(server\.)?port|spring\.(application\.name|profiles\.[\w.]+|jpa\.[\w.-]+"
    r"|config\.activate\.on-profile)|quarkus\.http\.port|micronaut\.server\.port"
)  # fmt: skip
_CONTEXT_PATH = ("server.servlet.context-path", "server.context-path", "server.contextPath", "quarkus.http.root-path")
_FIELDS = ("spring-boot-version", "build-jdk", "build-jdk-spec", "created-by", "class-path", "launcher-agent-class")


class Tree(Protocol):
    """The files of an application: an archive, or a directory with one's contents."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def size(self, name: str) -> int: ...

    def read(self, name: str, most: int = ...) -> bytes | None: ...

    def head(self, name: str, size: int) -> bytes | None: ...


class Folder:
    """An application that lies unpacked.

    :param sizes: of its files, by names relative to it.
    :param take: the first bytes of one.
    """

    def __init__(self, sizes: Mapping[str, int], take: Callable[[str, int], bytes]) -> None:
        self._sizes, self._take = sizes, take

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._sizes))

    def size(self, name: str) -> int:
        return self._sizes.get(name, 0)

    def read(self, name: str, most: int = 4 << 20) -> bytes | None:
        return self._take(name, most) if name in self._sizes and self._sizes[name] <= most else None

    def head(self, name: str, size: int) -> bytes | None:
        return self._take(name, size) if name in self._sizes else None


def is_archive(path: str) -> bool:
    """Whether a path is that of a WAR, EAR or JAR that is deployed or run; libraries inside an application are not."""
    kind = splitext(path)[1].lower()
    return kind in (".war", ".ear", ".rar", ".sar", ".har", ".wab") or (
        kind == ".jar" and "/WEB-INF/lib/" not in path and "/BOOT-INF/lib/" not in path
    )


def looks_right(path: str, head: bytes, size: int) -> bool:
    """Whether a file of such a name is one: servers leave marks named after archives, and others pack with RAR."""
    return head == b"PK" or (size > 64 and path.lower().endswith((".jar", ".war", ".ear")))


def describe(path: str, file: IO[bytes], size: int, sha256: str) -> Archive:
    """The facts of an archive.

    :raises InputError: it is no archive, damaged, or made to do harm.
    """
    with open_zip(file) as archive:
        return of_tree(Archive(path, splitext(path)[1].lower().lstrip("."), size, sha256), archive)


@dataclass(frozen=True, slots=True)
class Examined:
    """What an archive holds.

    :ivar archives: its own facts, and those of the modules in it.
    :ivar telling: settings inside that are so.
    :ivar unread: why settings inside could not be looked at.
    """

    archives: tuple[Archive, ...]
    telling: tuple[str, ...] = ()
    unread: str | None = None


def examine(path: str, file: IO[bytes], size: int, sha256: str, telling: Callable[[str, bytes], bool]) -> Examined:
    """The facts of an archive and of its modules, and which settings inside are ``telling``, in one go.

    :raises InputError: it is no archive, damaged, or made to do harm.
    """
    with open_zip(file) as archive:
        found = of_tree(Archive(path, splitext(path)[1].lower().lstrip("."), size, sha256), archive)
        modules = tuple(_inside(path, archive)) if found.kind == "ear" else ()
        try:
            names = tuple(name for name, data in _settings(archive) if telling(name, data))
        except InputError as error:
            return Examined((found, *modules), (), error.message)
        return Examined((found, *modules), names)


def _inside(path: str, archive: Zip) -> Iterator[Archive]:
    """The web, bean and connector modules of an EAR, as archives of their own: ``/x/shop.ear!/web.war``."""
    named = [name for name in archive.names if re.fullmatch(r"[^/]+\.(war|rar|sar)|[^/]*ejb[^/]*\.jar", name)]
    for name in named[:_MOST_MODULES]:
        data = archive.read(name, _LARGEST_MODULE) if archive.size(name) <= _LARGEST_MODULE else None
        if data is not None:
            yield describe(f"{path}!/{name}", io.BytesIO(data), len(data), "")


def of_tree(found: Archive, tree: Tree) -> Archive:
    """``found`` with all that the files of an application tell.

    :raises InputError: the archive is damaged.
    """
    found = _with_manifest(found, _text(tree, "META-INF/MANIFEST.MF"))
    found = with_descriptor(found, tree.read("WEB-INF/web.xml"))
    found = _with_modules(found, _text(tree, "META-INF/application.xml"))
    executable = found.main_class or found.kind != "jar"
    most = _CLASSES_LOOKED_AT if executable else _CLASSES_OF_A_LIBRARY
    found = replace(
        found,
        libraries=libraries(tree.names),
        coordinates=_coordinates(tree),
        licence=_licence(tree),
        java_level=_level(tree, most),
        natives=tuple(name for name in tree.names if _NATIVE.fullmatch(name))[:_MOST_MODULES],
    )
    if found.kind == "jar" and not (executable or any(name.startswith(("BOOT-INF/", "lib/")) for name in tree.names)):
        return found
    return _with_settings(replace(found, components=_components(tree), context_path=_context_path(tree)), tree)


def _settings(archive: Zip) -> Iterator[tuple[str, bytes]]:
    """Small settings files inside an archive, to be searched for secrets."""
    for name in archive.names:
        wanted = _SETTINGS.fullmatch(name) and not _SECRETLESS.fullmatch(name)
        if wanted and archive.size(name) <= _LARGEST_SETTINGS:
            yield name, archive.read(name) or b""


def with_descriptor(found: Archive, xml: bytes | None) -> Archive:
    """``found`` with what its web.xml says; as it is where that can't be understood."""
    web = java_descriptors.web(xml.decode("utf-8", "replace")) if xml else None
    if web is None:
        return found
    return replace(
        found,
        title=found.title or web.title,
        servlet_version=web.version,
        resources=web.references,
        url_patterns=web.patterns,
        settings=(*found.settings, *((name, _shown(name, value)) for name, value in web.settings)),
    )


def libraries(names: Iterable[str]) -> tuple[str, ...]:
    """File names of the jars inside."""
    return tuple(sorted(basename(name) for name in names if name.endswith(".jar")))


def _with_manifest(found: Archive, text: str) -> Archive:
    fields = java_descriptors.manifest(text)

    def first(*names: str) -> str | None:
        return next((fields[name] for name in names if name in fields), None)

    told = tuple((name, fields[name][:300]) for name in _FIELDS if name in fields and found.kind != "jar")
    boot = (("spring-boot-version", fields["spring-boot-version"]),) if "spring-boot-version" in fields else ()
    return replace(
        found,
        title=first("implementation-title", "bundle-name", "specification-title"),
        version=first("implementation-version", "bundle-version", "specification-version"),
        main_class=first("start-class", "main-class"),
        settings=told or boot,
    )


def _with_modules(found: Archive, text: str) -> Archive:
    if not text:
        return found
    return replace(with_descriptor(found, text.encode("utf-8", "replace")), modules=java_descriptors.modules(text))


def _with_settings(found: Archive, tree: Tree) -> Archive:
    """What its beans, descriptors and settings name: resources, files of logs and databases, ports and profiles."""
    uses: list[Resource] = []
    logs: list[str] = []
    told: list[tuple[str, str]] = []
    context = found.context_path
    for name, text in _told(tree):
        uses += java_resources.in_xml(name, text) if name.endswith(".xml") else java_resources.in_settings(name, text)
        logs += java_logging.targets(name, text) if java_logging.is_configuration(name) else ()
        if _APPLICATION.fullmatch(name):
            given = {one.key: one.value for one in flat.read(name, text)}
            told += [(key, _shown(key, value)) for key, value in given.items() if _NAMED.fullmatch(key)]
            logs += [given[key] for key in ("logging.file.name", "logging.file", "logging.file.path") if given.get(key)]
            context = context or next((given[key] for key in _CONTEXT_PATH if given.get(key)), None)
    uses = list(dict.fromkeys(uses))
    return replace(
        found,
        uses=tuple(uses),
        logs=tuple(dict.fromkeys(logs)),
        data=java_resources.files_of(uses),
        settings=tuple(dict.fromkeys((*found.settings, *told))),
        context_path=context,
    )


def _told(tree: Tree) -> Iterator[tuple[str, str]]:
    wanted = [name for name in tree.names if _TOLD.fullmatch(name) and tree.size(name) <= _LARGEST_SETTINGS]
    for name in wanted[:_MOST_SETTINGS]:
        yield name, _text(tree, name)


def _context_path(tree: Tree) -> str | None:
    names = (name for name in _CONTEXT if name in tree.names)
    return next((found for name in names if (found := java_descriptors.context_root(name, _text(tree, name)))), None)


def _components(tree: Tree) -> tuple[Component, ...]:
    """Libraries by their names; those whose name has no version are asked themselves."""
    names = [name for name in tree.names if _LIBRARY.fullmatch(name)]
    left, found = _ALL_LIBRARIES, []
    for name in names:
        left -= tree.size(name)
        found.append(_library(name, tree) if left >= 0 else java_libraries.component(name))
    return java_libraries.ordered(found)


def _library(name: str, tree: Tree) -> Component:
    """A library with what it says of itself."""
    if tree.size(name) > _LARGEST_LIBRARY:
        return java_libraries.component(name)
    try:
        data = tree.read(name, _LARGEST_LIBRARY)
        with open_zip(io.BytesIO(data or b"")) as archive:
            known = java_libraries.split(basename(name))[1] is not None
            found = java_libraries.component(name, None if known else _own_version(archive))
            return replace(found, coordinates=_coordinates(archive), licence=_licence(archive))
    except InputError:
        return java_libraries.component(name)


def _own_version(archive: Zip) -> str | None:
    version = _pom(archive).get("version")
    if version:
        return version
    fields = java_descriptors.manifest(_text(archive, "META-INF/MANIFEST.MF"))
    names = ("implementation-version", "bundle-version", "specification-version")
    return next((fields[name] for name in names if name in fields), None)


def _pom(tree: Tree) -> dict[str, str]:
    """What Maven wrote into what it built; nothing where it holds several, as what was put together of others does."""
    poms = [name for name in tree.names if re.fullmatch(r"META-INF/maven/[^/]+/[^/]+/pom\.properties", name)]
    return {one.key: one.value for one in flat.read(poms[0], _text(tree, poms[0]))} if len(poms) == 1 else {}


def _coordinates(tree: Tree) -> str | None:
    found = _pom(tree)
    group, artifact = found.get("groupId", ""), found.get("artifactId", "")
    return f"{group}:{artifact}" if re.fullmatch(r"[\w.-]+ [\w.-]+", f"{group} {artifact}", re.ASCII) else None


def _licence(tree: Tree) -> str | None:
    """As its pom names it, else its manifest."""
    poms = [name for name in tree.names if re.fullmatch(r"META-INF/maven/[^/]+/[^/]+/pom\.xml", name)]
    named = java_descriptors.licences(_text(tree, poms[0])) if len(poms) == 1 else ()
    if not named:
        fields = java_descriptors.manifest(_text(tree, "META-INF/MANIFEST.MF"))
        named = (fields["bundle-license"],) if "bundle-license" in fields else ()
    return " and ".join(named)[:200] or None


def _shown(name: str, value: str) -> str:
    """A value of a setting without what is a secret in it."""
    for one in find_in_variables(((name.rpartition(" ")[2], value),)):
        value = value.replace(one.value, "***")
    return java_resources.masked(value)[:500]


def _text(tree: Tree, name: str) -> str:
    return (tree.read(name) or b"").decode("utf-8", "replace")


def _level(tree: Tree, most: int) -> int | None:
    """The Java version that the newest of the archive's own classes needs."""
    classes = [name for name in tree.names if name.endswith(".class") and not name.startswith("META-INF/versions/")]
    step = len(classes) // most + 1
    majors = [int.from_bytes((tree.head(name, 8) or b"")[6:8], "big") for name in classes[::step]]
    newest = max((major for major in majors if 45 <= major < 200), default=0)
    return newest - 44 if newest else None
