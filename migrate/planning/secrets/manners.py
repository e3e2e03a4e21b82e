"""How a file is to be read: configuration, shell, program, markup, or something that is mostly prose."""

from __future__ import annotations

import re
from posixpath import basename, splitext

from migrate.planning.secrets.pairs import Manner

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
_SPACED = frozenset(".properties .ini .cnf .cfg .yml .yaml .env".split())
_TRANSLATION = re.compile(
    r"(?i)(?:^|/)(?:locales?|lang(?:uages?)?|i18n|l10n|translations?|messages?|LC_MESSAGES)/|(?:messages|strings"
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
    doubtful = suffix in _DOUBTFUL or bool(_TRANSLATION.search(path) or _DOCUMENTS.search(path))
    if shell(path, text):
        return Manner(tight=True, literal=True, doubtful=doubtful)
    if suffix in _PROGRAMS or _OTHER_PROGRAM.match(text) or text.startswith("<?php"):
        return Manner(bare=False, literal=True, doubtful=doubtful)
    markup = text.lstrip("\ufeff \t\r\n")[:1] == "<"
    return Manner(bare=not markup, spaced=suffix in _SPACED, doubtful=doubtful)


def shell(path: str, text: str) -> bool:
    """Whether ``path`` is a shell script."""
    return bool(_SHELL.match(text)) or path.endswith(
        (".sh", ".bash", ".ksh", ".zsh", "/.profile", "/.bashrc", "/envvars")
    )


def crontab(path: str) -> bool:
    """Whether the lines of ``path`` are cron's."""
    return bool(re.search(r"(?:^|/)(?:crontab|cron\.d/[^/]+|spool/cron/(?:crontabs/|tabs/)?[^/]+)$", path))
