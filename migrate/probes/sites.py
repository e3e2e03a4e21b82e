"""Virtual hosts and web applications, read from the configuration that the running servers were started with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname, isabs, join, normpath

from migrate.model.facts import Archives, Content, Process, Processes, Services, Site, Sites, Sockets
from migrate.model.inventory import Gap, Snapshot
from migrate.probes import Parsed, Reading
from migrate.syntax import links
