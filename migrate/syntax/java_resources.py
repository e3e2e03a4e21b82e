"""What Java programs are told to use: data sources, queues, directories, mail; in XML, properties, YAML.

Recognised by what an address looks like, and by what stands around it, so that every server's dialect is read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from migrate.model.applications import Resource
from migrate.syntax import settings, xml
from migrate.syntax.settings import Setting

_SCHEMES = (
    (r"jdbc:[\w.-]+:.*|r2dbc:.*|mongodb(\+srv)?://.*|neo4j.*://.*|bolt://.*|couchbases?://.*", "database"),
    (r"rediss?://.*|memcached://.*", "cache"),
    (r"amqps?://.*|(failover|nio|vm|stomp|mqtts?|peer|discovery)(\+\w+)?:.*|(jnp|t3s?|tcp|ssl)://.*", "queue"),
    (r"ldaps?://.*", "ldap"),
    (r"smtps?://.*|imaps?://.*|pop3s?://.*", "mail"),
    (r"s?ftps?://.*|smb://.*|nfs://.*", "file"),
    (r"https?://.*", "http"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), kind) for pattern, kind in _SCHEMES)
_HTTP_NAME = re.compile(r"(?i)(.*[._-])?\w*(url|uri|endpoint|wsdl\w*|base-?path|issuer\w*|address|host|server)s?")
_NO_SERVICE = re.compile(
    r"(?i)https?://((www\.)?(w3\.org|springframework\.org|apache\.org|example\.(com|org)|hibernate\.org)"
    r"|(java|xmlns)\.\w+\.(com|org)|xmlns\.|\w+\.(apache|jboss|eclipse|springframework)\.org|maven\.apache"
    r"|jakarta\.ee|schemas?\.).*"
)  # fmt: skip
_QUEUE_KEY = re.compile(r"(?i)(.*[._-])?(bootstrap[._-]servers|brokers?([._-]?(url|list))?|zookeeper[._-]connect)")
_MAIL_KEY = re.compile(r"(?i)(.*[._-])?(mail|smtp)[._-](.*[._-])?host(name)?|(.*[._-])?smtp[._-]?server")
_CACHE_KEY = re.compile(
    r"(?i)(.*[._-])?(redis|memcached|hazelcast|infinispan)[._-](host|nodes|servers|cluster[._-]nodes)"
)
_SEARCH_KEY = re.compile(r"(?i)(.*[._-])?(elasticsearch|solr|opensearch)[._-](uris?|hosts?|url|cluster-nodes)")
_USER = re.compile(
    r"(?i)(?:.*[._-])?(user(-?name|-?id)?|connection-?name|login|principal|bind-?dn|user-?dn|manager-?dn)"
)
_JNDI = re.compile(r"(?i)jndi-?(name)?|jndiNames?|entries")
_NAME = re.compile(r"(?i)name|id|pool-name|resource")
_SECRET_PARAMETER = re.compile(
    r"(?i)((?:[\w.-]*(?:password|passwd|passphrase|secret|token|credential|accesskey|apikey|api_key)|pwd|pass)\s*[=:]\s*)"
    r"(?!\$\{)[^&;,)\s\"']+"
)  # fmt: skip
_QUEUES = frozenset(("jms-queue", "jms-topic", "jmsqueue", "jmstopic", "jmsconnectionfactory", "jmsactivationspec",
                     "uniform-distributed-queue", "queue", "topic"))  # fmt: skip
_MAILS = frozenset(("mail-session", "mail-resource", "mailsession"))
# Their names are not those of what is told in them.
_NAMELESS = frozenset(
    "property param prop config-property env-entry Set entry Engine Host Service Server server host cluster".split()
)
_DEPTH = 7
_MOST = 300


@dataclass(frozen=True, slots=True)
class _Address:
    element: etree._Element
    url: str
    kind: str


def masked(url: str) -> str:
    """An address without the passwords in it."""
    url = re.sub(r"//([^:/@\s]*):(?!\$\{)[^@/\s]+@", r"//\1:***@", url)
    url = re.sub(r"(?i)(oracle:(?:thin|oci8?):[^/@\s]+)/[^@\s]+@", r"\1/***@", url)
    return _SECRET_PARAMETER.sub(r"\1***", url)


def kind_of(url: str) -> str | None:
    """Which kind of thing an address leads to; None where it is no address of a service."""
    value = url.strip()
    if len(value) > 2000 or _NO_SERVICE.fullmatch(value):
        return None
    return next((kind for pattern, kind in _COMPILED if pattern.fullmatch(value)), None)


def in_settings(path: str, text: str) -> tuple[Resource, ...]:
    """What a .properties or YAML file names."""
    return of_settings(settings.read(path, text), path)


def of_settings(found: Sequence[Setting], path: str) -> tuple[Resource, ...]:
    """The same from names and values, wherever they were given."""
    made = (one for setting in found if (one := _of_setting(setting, found, path)))
    return tuple(dict.fromkeys(islice(made, _MOST)))


def in_xml(path: str, text: str) -> tuple[Resource, ...]:
    """What an XML file names: bean files, descriptors, the configuration of every application server."""
    root = xml.parse(text)
    if root is None:
        return ()
    return tuple(dict.fromkeys(islice(_of_root(root, path), _MOST)))


# --- properties and YAML ----------------------------------------------------------------------------------------------


def _of_setting(setting: Setting, others: Sequence[Setting], path: str) -> Resource | None:
    kind = _kind_of_setting(setting.key, setting.value.strip())
    if kind is None:
        return None
    stem = re.sub(r"[._-]?[^._-]+$", "", setting.key)
    user = next((one.value for one in others if one.key.startswith(stem) and _is_user(one.key, stem)), None)
    return Resource(kind, setting.key, masked(setting.value.strip()), user or None, f"{path}:{setting.line}")


def _is_user(key: str, stem: str) -> bool:
    rest = key[len(stem) :].lstrip("._-")
    return "." not in rest and bool(_USER.fullmatch(rest))


def _kind_of_setting(key: str, value: str) -> str | None:
    if not value or len(value) > 2000:
        return None
    for pattern, kind in ((_QUEUE_KEY, "queue"), (_MAIL_KEY, "mail"), (_CACHE_KEY, "cache"), (_SEARCH_KEY, "database")):
        if pattern.fullmatch(key) and re.search(r"[a-z\d]", value, re.IGNORECASE):
            return kind
    kind_ = kind_of(value)
    return None if kind_ == "http" and not _HTTP_NAME.fullmatch(key) else kind_


# --- XML --------------------------------------------------------------------------------------------------------------


def _of_root(root: etree._Element, path: str) -> Iterator[Resource]:
    addresses = list(_addresses(root))[:_MOST]
    crowded: dict[etree._Element, int] = {}
    for one in addresses:
        for above in _above(one.element):
            crowded[above] = crowded.get(above, 0) + 1
    for one in addresses:
        own = [above for above in _above(one.element) if crowded[above] == 1] or [one.element]
        named = Resource(one.kind, _name(own), masked(one.url), _user(own), f"{path}:{xml.line(one.element)}")
        if one.kind != "http" or named.name:
            yield named
    yield from _without_address(root, path)


def _above(element: etree._Element) -> list[etree._Element]:
    """The element and those around it, without the root, unless that is a data source itself."""
    found: list[etree._Element] = []
    at: etree._Element | None = element
    while at is not None and len(found) < _DEPTH:
        if at.getparent() is not None or "data-source" in xml.local(at).lower():
            found.append(at)
        at = at.getparent()
    return found


def _addresses(root: etree._Element) -> Iterator[_Address]:
    for element in root.iter():
        name = xml.local(element)
        if not name or "schema" in name.lower():
            continue
        values = [(str(key), str(value)) for key, value in element.attrib.items()]
        values.append((xml.attribute(element, "name") or name, element.text or ""))
        for key, value in values:
            value, local = value.strip(), key.rpartition("}")[2]
            kind = kind_of(value) if ":" in value and "\n" not in value else None
            if kind == "http":
                named = xml.attribute(element, "name") or local if local == "value" else local
                kind = kind if _HTTP_NAME.fullmatch(named) and "schemalocation" not in local.lower() else None
            if kind:
                yield _Address(element, value, kind)
                break


def _name(own: Sequence[etree._Element]) -> str | None:
    """The JNDI name that stands at or around an address, or the name of the nearest thing that has one."""
    for element in own:
        if found := _labelled(element, _JNDI):
            return found
    for element in own[:4]:
        if xml.local(element) not in _NAMELESS and (found := _labelled(element, _NAME)):
            return found
    return xml.attribute(own[0], "name")


def _labelled(element: etree._Element, pattern: re.Pattern[str]) -> str | None:
    for key, value in element.attrib.items():
        if pattern.fullmatch(str(key).rpartition("}")[2]) and value:
            return str(value).strip()
    for inside in element:
        if pattern.fullmatch(xml.local(inside)) and xml.words(inside):
            return xml.words(inside)
    deeper = (one for inside in element for one in inside if _JNDI is pattern and pattern.fullmatch(xml.local(one)))
    return next((found for one in deeper if (found := xml.words(one))), None)


def _user(own: Sequence[etree._Element]) -> str | None:
    widest = own[-1]
    for element in widest.iter():
        for key, value in element.attrib.items():
            if _USER.fullmatch(str(key)) and value:
                return str(value)
        named = xml.attribute(element, "name") or xml.words(next(xml.children(element, "name"), None))
        if _USER.fullmatch(xml.local(element)) and xml.words(element):
            return xml.words(element)
        if _USER.fullmatch(named) and xml.local(element) != "bean" and (found := _value(element)):
            return found
    return None


def _value(element: etree._Element) -> str | None:
    """``value="x"``, the text, or a ``<value>`` inside."""
    inside = next(xml.children(element, "value"), None)
    return xml.attribute(element, "value") or xml.words(inside) or xml.words(element) or None


def _without_address(root: etree._Element, path: str) -> Iterator[Resource]:
    """Queues and mail sessions, data sources that are told by host and name, those that an application asks for."""
    for element in root.iter():
        name = xml.local(element)
        seen = f"{path}:{xml.line(element)}"
        if name.lower() in _QUEUES and (label := _labelled(element, _JNDI) or _labelled(element, _NAME)):
            yield Resource("queue", label, seen=seen)
        elif name.lower() in _MAILS and (label := _labelled(element, _JNDI) or _labelled(element, _NAME)):
            yield Resource("mail", label, xml.attribute(element, "host"), xml.attribute(element, "user"), seen)
        elif host := next((str(value) for key, value in element.attrib.items() if _MAIL_KEY.fullmatch(str(key))), None):
            yield Resource("mail", _labelled(element, _NAME), host, xml.attribute(element, "mail.smtp.user"), seen)
        elif name in ("jta-data-source", "non-jta-data-source", "jndi-lookup") and (
            label := xml.words(element) or xml.attribute(element, "jndi-name") or ""
        ):
            yield Resource(
                "database" if "jdbc" in label.lower() or name != "jndi-lookup" else "other", label, seen=seen
            )
        elif name in ("resource-ref", "resource-env-ref", "message-destination-ref"):
            yield from _reference(element, seen)
        else:
            yield from _by_parts(element, seen)


def _reference(element: etree._Element, seen: str) -> Iterator[Resource]:
    named = next(xml.children(element, "res-ref-name", "resource-env-ref-name", "message-destination-ref-name"), None)
    typed = next(xml.children(element, "res-type", "resource-env-ref-type", "message-destination-type"), None)
    if label := xml.words(named):
        yield Resource(of_type(xml.words(typed)), label, seen=seen)


def of_type(java: str) -> str:
    """The kind of resource that a Java type is."""
    kinds = (("DataSource", "database"), ("jms", "queue"), ("mail", "mail"), ("ldap", "ldap"), ("URL", "http"))
    return next((kind for part, kind in kinds if part in java), "other")


def _by_parts(element: etree._Element, seen: str) -> Iterator[Resource]:
    """A data source with ``serverName``, ``databaseName`` and ``portNumber``, as attributes or as properties."""
    parts = {str(key).lower(): str(value) for key, value in element.attrib.items()}
    parts |= {
        (xml.attribute(one, "name") or "").lower(): _value(one) or ""
        for one in xml.children(element, "property", "resourceProperties")
    }
    if parts.get("servername") and parts.get("databasename"):
        port = f":{parts['portnumber']}" if parts.get("portnumber") else ""
        own = [element, *_above(element)[1:2]]
        user = parts.get("user") or parts.get("username") or None
        yield Resource("database", _name(own), f"//{parts['servername']}{port}/{parts['databasename']}", user, seen)


def under(resources: Iterable[Resource], prefix: str) -> tuple[Resource, ...]:
    """The same, seen inside of something: an archive, a folder."""
    return tuple(replace(one, seen=f"{prefix}{one.seen}") for one in resources)


_FILE_URL = re.compile(
    r"jdbc:(?:h2:(?!mem:|tcp:|ssl:|zip:|split:)(?:file:|nio:|nioMapped:)?|hsqldb:(?!mem:|hsqls?:|https?:|res:)(?:file:)?"
    r"|derby:(?!//|memory:|jar:|classpath:)(?:directory:)?|sqlite:(?!:memory:)(?:file:)?|ucanaccess:(?://)?)"
    r"(?P<path>[^;?]+)"
)


def files_of(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Where databases that run inside the application keep their files, as written."""
    found = (_FILE_URL.match(one.url or "") for one in resources)
    return tuple(dict.fromkeys(match["path"].strip() for match in found if match))
