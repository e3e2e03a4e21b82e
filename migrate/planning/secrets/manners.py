"""How a file is to be read: configuration, shell, program, markup, or something that is mostly prose."""

from __future__ import annotations

import re
from dataclasses import replace
from posixpath import basename, splitext

from migrate.planning.secrets.syntaxes import Manner

_SHELL = re.compile(r"#!\s*/\S*(?:/env\s+(?:-S\s*)?)?/?(?:ba|da|k|z|a|c|tc|fi)?sh\b")
_OTHER_PROGRAM = re.compile(r"#!\s*/\S+")
_PROGRAMS = frozenset(
    ".py .pl .pm .rb .php .inc .phtml .js .mjs .cjs .ts .java .groovy .gradle .kt .scala .go .c .h .cc .cpp .cs "
    ".lua .tcl .awk "
    ".erl .ex .exs .rs .vb .asp .aspx .jsp .cgi .psgi .wsgi .sql .el .m4 .ps1 .swift .vue .jsx .tsx".split()
)
_DOUBTFUL = frozenset(
    ".md .rst .txt .html .htm .xhtml .css .po .pot .mo .svg .man .tex .csv .log .dist .example .sample .in .tmpl "
    ".tpl .j2 .erb "
    ".template .vue .jsx .tsx .js .mjs .ts .el .dtd .xsd .xsl .wsdl .tld .map .spec .1 .5 .7 .8".split()
)
_SCRIPTS = frozenset(".js .mjs .cjs .ts".split())
_SPACED = frozenset(".properties .ini .cnf .cfg .yml .yaml .env".split())
# "<VirtualHost *:80>" of Apache's configuration and those that are like it, which is no markup.
_SECTION = re.compile(r"<\w+\s+[^=<>\n]+>\s*\n")
_SAMPLE = re.compile(r"\.(?:example|sample|dist|template)$|(?:^|/)usr/share/doc/")
_SERVER_SIDE = re.compile(r"\bmodule\.exports\b|\bprocess\.env\b|^#!.*\bnode\b")
_FOR_BROWSERS = re.compile(r"(?:^|/)(?:node_modules|public|static|assets|dist|vendor|bower_components|js)/|\.min\.js$")
_WITH_COMMANDS = re.compile(r"\.(?:service|socket|timer)(?:\.d/[^/]+)?$|(?:nrpe|nagios|icinga2?|centreon|naemon)\b")
_TRANSLATION = re.compile(
    r"(?i)(?:^|/)(?:locales?|lang(?:uages?)?|i18n|l10n|translations?|messages?|LC_MESSAGES)/|(?:^|[/._-])(?:messages|strings"
    r"|labels|"
    r"texts?|resources|i18n|language)[\w.-]*\.(?:properties|ya?ml|json|ini|php|xml)$"
    r"|_[a-z]{2}(?:_[A-Z]{2})?\.properties$"
)
_DOCUMENTS = re.compile(
    r"(?:^|/)(?:usr/share/(?:doc|man|info|locale|bash-completion)|doc|docs|man|examples?|bash_completion\.d)/"
    r"|(?:^|/)(?:README|CHANGE|NEWS|LICEN[CS]E|COPYING|INSTALL|TODO|AUTHORS|HISTORY|UPGRADING)[\w.-]*$"
)


def manner(path: str, text: str) -> Manner:
    """How the values of ``path`` stand in it."""
    suffix = splitext(basename(path))[1].lower()
    how = Manner(doubtful=_doubtful(path, suffix, text), sample=sample(path))
    if shell(path, text):
        return replace(how, tight=True, literal=True)
    if suffix in _PROGRAMS or _OTHER_PROGRAM.match(text) or text.startswith("<?php"):
        return replace(how, bare=False, literal=True)
    start = text[:300].lstrip("\ufeff \t\r\n")
    markup = start.startswith("<") and not _SECTION.match(start)
    return replace(how, bare=not markup, spaced=suffix in _SPACED)


def sample(path: str) -> bool:
    """Whether ``path`` is an example that came with a program."""
    return bool(_SAMPLE.search(path))


def _doubtful(path: str, suffix: str, text: str) -> bool:
    if suffix in _SCRIPTS and _SERVER_SIDE.search(text) and not _FOR_BROWSERS.search(path):
        return bool(_DOCUMENTS.search(path))
    return suffix in _DOUBTFUL or bool(_TRANSLATION.search(path) or _DOCUMENTS.search(path))


def shell(path: str, text: str) -> bool:
    """Whether ``path`` is a shell script."""
    return bool(_SHELL.match(text)) or path.endswith(
        (".sh", ".bash", ".ksh", ".zsh", "/.profile", "/.bashrc", "/envvars")
    )


def commands(path: str) -> bool:
    """Whether settings of ``path`` hold command lines: units, checks of a monitoring."""
    return bool(_WITH_COMMANDS.search(path))


def crontab(path: str) -> bool:
    """Whether the lines of ``path`` are cron's."""
    return bool(re.search(r"(?:^|/)(?:crontab|cron\.d/[^/]+|spool/cron/(?:crontabs/|tabs/)?[^/]+)$", path))
