"""Values of sysctl that applications are tuned with, and what they are where nobody touched them.

The defaults are those of Documentation/admin-guide/sysctl and of the kernels of RHEL 5 to 9, SLES 11 to 15, Debian 7 to
13 and Ubuntu 12.04 to 24.04, with what their packages set. What depends on the machine's size is not among them.
"""

from __future__ import annotations

USUAL: dict[str, tuple[str, ...]] = {
    "fs.aio-max-nr": ("65536",),
    "fs.nr_open": ("1048576", "1073741816"),
    "fs.suid_dumpable": ("0", "2"),
    "kernel.msgmax": ("8192", "65536"),
    "kernel.msgmnb": ("16384", "65536"),
    "kernel.panic": ("0",),
    "kernel.randomize_va_space": ("2", "1"),
    "kernel.sched_rt_runtime_us": ("950000",),
    "kernel.sem": ("250 32000 32 128", "32000 1024000000 500 32000"),
    "kernel.shmall": ("2097152", "4294967296", "268435456", "18446744073692774399", "1152921504606846720"),
    "kernel.shmmax": ("33554432", "68719476736", "4294967295", "18446744073692774399", "9223372036854775807"),
    "kernel.shmmni": ("4096",),
    "net.core.netdev_max_backlog": ("1000",),
    "net.core.somaxconn": ("128", "4096"),
    "net.ipv4.conf.all.rp_filter": ("0", "1", "2"),
    "net.ipv4.ip_forward": ("0",),
    "net.ipv4.ip_local_port_range": ("32768 60999", "32768 61000"),
    "net.ipv4.ip_local_reserved_ports": ("",),
    "net.ipv4.ip_nonlocal_bind": ("0",),
    "net.ipv4.ip_unprivileged_port_start": ("1024",),
    "net.ipv4.tcp_congestion_control": ("cubic", "bic", "reno"),
    "net.ipv4.tcp_fin_timeout": ("60",),
    "net.ipv4.tcp_keepalive_intvl": ("75",),
    "net.ipv4.tcp_keepalive_probes": ("9",),
    "net.ipv4.tcp_keepalive_time": ("7200",),
    "net.ipv4.tcp_syncookies": ("0", "1"),
    "net.ipv4.tcp_timestamps": ("1",),
    "net.ipv4.tcp_tw_recycle": ("0",),
    "net.ipv4.tcp_tw_reuse": ("0", "2"),
    "net.ipv6.conf.all.disable_ipv6": ("0",),
    "net.ipv6.conf.all.forwarding": ("0",),
    "net.ipv6.ip_nonlocal_bind": ("0",),
    "vm.dirty_background_ratio": ("10", "5"),
    "vm.dirty_ratio": ("20", "40", "10"),
    "vm.drop_caches": ("0",),
    "vm.max_map_count": ("65530", "65536", "262144", "1048576"),
    "vm.nr_hugepages": ("0",),
    "vm.overcommit_memory": ("0",),
    "vm.overcommit_ratio": ("50",),
    "vm.swappiness": ("60",),
    "vm.zone_reclaim_mode": ("0",),
}
"""By key, the values that say nothing about this host. ``kernel.core_pattern`` is always told."""

ALWAYS = ("kernel.core_pattern",)
