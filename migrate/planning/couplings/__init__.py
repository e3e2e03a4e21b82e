"""Where workloads of one host depend on each other, and on what is outside; how each place is met. Pure.

:func:`scan` finds what a text says; :func:`resolve` compares it with who listens on the host and who was seen talking
to whom, and decides, place by place, for the way that changes least:

* A name that the hosts file gave this machine and that leads to one workload only: that workload takes the name
  (``alias``), and no file changes.
* ``host:port`` in a known syntax: the host becomes the workload's name (``rewrite``).
* Anything else that leads to another workload: a forwarder offers the old address beside the client (``forward``).
  Where one is needed, other places that name the same address stay as they are, too.
* A Unix socket of another workload: a shared directory (``volume``). MySQL's own clients take ``localhost`` for it.
* A server that only its own machine reaches: a forwarder beside it brings connections in (``forward-in``, on its side).
"""

from migrate.planning.couplings.machine import Machine, Party, machine
from migrate.planning.couplings.reference import Reference
from migrate.planning.couplings.resolving import Site, resolve, resolve_all
from migrate.planning.couplings.rewriting import apply
from migrate.planning.couplings.scanning import scan

__all__ = ["Machine", "Party", "Reference", "Site", "apply", "machine", "resolve", "resolve_all", "scan"]
