from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.pm2 import pm2
from migrate.syntax.process_tree import Running, Tree

# As pm2 7.0 saves it, less what the probe leaves out, so that commas stand before nothing.
DUMP = """[
  {
    "name": "shop js",
    "args": [
      "--x"
    ],
    "env": {
      "HOME": "/home/w",
      "PORT": "8700",
      "shop js": "{}",
      "unique_id": "f6"
    },
    "username": "w",
    "pm_exec_path": "/home/w/app.js",
    "pm_cwd": "/srv",
    "exec_interpreter": "node",
    "exec_mode": "cluster_mode",
  },
  {
    "name": "shop js",
    "pm_exec_path": "/home/w/app.js"
  },
  {
    "name": "gone",
    "pm_exec_path": "/bin/sleep",
    "exec_interpreter": "none",
    "autorestart": false,
    "status": "stopped",
  }
]"""


def test_pm2_s_list_with_what_runs_of_it() -> None:
    tree = Tree({pid: Running(pid, 1, "node") for pid in (21, 22, 23)})
    base = "/home/w/.pm2/pids"
    pids = {
        f"{base}/shop-js-0.pid": 22,
        f"{base}/shop-js-1.pid": 21,
        f"{base}/extra-2.pid": 23,
        f"{base}/old-3.pid": 99,
    }
    found = {one.name: one for one in pm2([("/home/w/.pm2/dump.pm2", DUMP.split("\n"))], pids, tree)}
    shop = found["shop js"]
    assert (shop.exec_start, shop.main_pid, shop.instances) == ((("node", "/home/w/app.js", "--x"),), 21, 2)
    assert (shop.environment, shop.user, shop.working_directory) == ((("PORT", "8700"),), "w", "/srv")
    assert (shop.kind, shop.enabled, shop.restart) == ("cluster", True, "always")
    assert (found["gone"].exec_start, found["gone"].active, found["gone"].state) == (
        (("/bin/sleep",),),
        False,
        "stopped",
    )
    assert (found["extra"].active, found["extra"].enabled) == (True, False), "it runs, but was not saved"
    assert "old" not in found


@given(st.text())
def test_a_list_that_is_broken_is_no_list(text: str) -> None:
    assert isinstance(pm2([("/x/dump.pm2", ("[" + text).split("\n"))], {}, Tree()), list)
