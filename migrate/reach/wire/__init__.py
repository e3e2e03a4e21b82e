"""What the ways over SSH share. Imported only once a host is reached that way: paramiko takes its time.

Half of that is a library that paramiko's reader of configuration files loads for ``Match exec``. That reader is not
used here (see ``config``), so paramiko is told that there is no such library.
"""

import sys

if "paramiko" not in sys.modules and "invoke" not in sys.modules:
    sys.modules["invoke"] = None  # type: ignore[assignment]  # how an import is made to fail
    try:
        import paramiko  # noqa: F401
    finally:
        del sys.modules["invoke"]
