from __future__ import annotations

from migrate.syntax.monit import monit
from migrate.syntax.process_tree import Running, Tree

RC = """
check process mq with pidfile /run/mq.pid
  start program = "/opt/mq.sh start" as uid "worker" and gid worker with timeout 20 seconds
  stop program  = "/opt/mq.sh stop"
check process seen matching "java"
check process bare with pidfile "/run/bare.pid"
  start "/usr/bin/systemctl start bare"
"""


def test_processes_that_monit_starts() -> None:
    alive = Tree({9: Running(9, 1, "python3")})
    mq, bare = monit([("/etc/monit/conf.d/mq", RC.strip().split("\n"))], {"/run/mq.pid": 9, "/run/bare.pid": 8}, alive)
    assert (mq.name, mq.exec_start, mq.exec_stop) == ("mq", (("/opt/mq.sh", "start"),), (("/opt/mq.sh", "stop"),))
    assert (mq.user, mq.main_pid, mq.pid_file) == ("worker", 9, "/run/mq.pid")
    assert (bare.exec_start, bare.user, bare.main_pid) == ((("/usr/bin/systemctl", "start", "bare"),), None, None)
