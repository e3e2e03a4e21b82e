"""Find the parts of a step: every module of its folder that ends in the step's typed constant.

The folder is the registry, so adding a part means adding a module.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from functools import cache
from typing import Any


@cache
def parts(package: str, constant: str) -> tuple[Any, ...]:
    """The values of ``constant`` in the modules of ``package``, in order of module name.

    :param package: dotted name: ``migrate.probes``.
    :param constant: ``PROBE``, ``DETECTOR``, ``EMITTER``, …; modules without it are left out.
    """
    folder = importlib.import_module(package)
    modules = sorted(info.name for info in pkgutil.iter_modules(folder.__path__))
    found = (getattr(importlib.import_module(f"{package}.{name}"), constant, None) for name in modules)
    return tuple(part for part in found if part is not None)


def ahead(package: str, constant: str) -> None:
    """Begin to load the parts while something else is waited for: a host that logs us in, say."""
    threading.Thread(target=parts, args=(package, constant), daemon=True).start()
