"""Which services belong to the machine rather than to what it is for.

A container platform replaces them, or the new host has its own. The table is knowledge, by glob of the unit's or
script's name without ``.service``; it is read from top to bottom.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

_REASONS = {
    "part of the init system": """
        init systemd systemd-* user@* user-runtime-dir@* getty* serial-getty* *getty@* console-* emergency
        rescue initrd-* plymouth* rc-local rc.local rc bootlogs motd hostname.sh mountall* umountfs sendsigs
        killprocs halt reboot single skeleton functions netfs netconsole urandom keyboard-setup*
        console-setup* kbd
    """,
    "devices and kernel are the new host's concern": """
        udev systemd-udevd kmod* module-init-tools procps lvm2* lvmetad dm-event multipath* mdadm* mdmonitor*
        blk-availability iscsi* open-iscsi smartd smartmontools hdparm irqbalance cpupower* acpid thermald
        upower udisks2 bluetooth* ModemManager fwupd* bolt microcode_ctl mcelog* rngd rng-tools* haveged ipmi*
        sysstat* kdump* tuned ksm* numad zram* alsa-* sgpio gpm pcscd usbmuxd* cups* colord saned
        accounts-daemon
    """,
    "the container runtime gives the network": """
        networking NetworkManager* network network-* ifup* ifplugd wpa_supplicant* dhclient* dhcpcd*
        resolvconf* systemd-resolved nscd unscd avahi-daemon* firewalld iptables* ip6tables* nftables ufw ferm
        shorewall* netfilter-persistent fail2ban rpcbind portmap nfs-client* nfs-common rpc-* nfslock
        rpcidmapd rpcgssd autofs netplan* vlan wicked* lldpd arpwatch
    """,
    "time is kept by the new host": """
        chrony* chronyd ntp ntpd ntpdate ntpsec systemd-timesyncd openntpd
    """,
    "logins to a container are not served; the platform gives a shell": """
        ssh sshd ssh@* sshd@* dropbear* telnet* sssd* nslcd winbind oddjobd realmd lightdm gdm* sddm xrdp*
        vncserver*
    """,
    "jobs are migrated one by one, their scheduler with them": """
        cron crond cronie anacron atd fcron
    """,
    "logs go to standard output, which the platform collects": """
        rsyslog syslog* syslog-ng sysklogd klogd auditd logrotate* systemd-journal* busybox-syslogd metalog
        varnishncsa varnishlog
    """,
    "part of the message bus and desktop plumbing": """
        dbus dbus-* messagebus polkit* policykit* packagekit* consolekit rtkit-daemon systemd-logind elogind
    """,
    "updates are made by rebuilding the image": """
        unattended-upgrades apt-daily* apt-news* dnf-automatic* dnf-makecache* yum-cron* yum-updatesd packagekit*
        snapd* rhnsd rhsmcertd* needrestart* update-notifier* motd-news* man-db* e2scrub* fstrim* dpkg-db-backup* ua-*
        ubuntu-advantage* esm-* apport* whoopsie* kerneloops*
    """,
    "an agent of the virtual machine's platform": """
        qemu-guest-agent qemu-ga open-vm-tools vmtoolsd vgauth* vmware* hv-* hypervkvpd hypervvssd
        xe-linux-distribution* virtualbox-guest* vboxadd* vboxservice cloud-* google-* waagent walinuxagent
        amazon-ssm-agent* ec2-* hibinit-agent acpi-support nova-agent xs-tools
    """,
    "an agent of monitoring; the platform's own takes over": """
        zabbix-agent* nrpe nagios-nrpe-server* nsca* prometheus-node-exporter* node_exporter* node-exporter*
        collectd telegraf munin-node snmpd snmptrapd check-mk-agent* check_mk* xinetd-check* icinga2-agent
        newrelic-* datadog-agent* dd-agent filebeat* metricbeat* heartbeat-elastic auditbeat* packetbeat*
        td-agent* fluentd fluent-bit* splunk* SplunkForwarder osqueryd wazuh-agent* ossec* netdata
        ganglia-monitor gmond monit-agent sensu-client pcp pmcd pmlogger* nmon* atop* atopacct sysdig* falcon*
        falcon-sensor ds_agent mdatp clamav-freshclam cfengine3* cf-execd
    """,
    "configuration management; the generated files take its place": """
        puppet* pe-puppet* chef-client* salt-minion* mcollective* rudder-agent* cfagent rex ansible-pull*
    """,
    "an agent of backup; volumes are backed up by the platform": """
        bacula-fd bareos-fd bareos-filedaemon amanda* dsmc* dsmcad* netbackup* veeam* commvault* Galaxy*
        urbackupclient* borgmatic* duplicati* nimbus* networker nsrexecd
    """,
    "a container engine of the old host": """
        docker containerd podman* lxc* lxd* libvirt* virtlogd* virtlockd* crio kubelet
    """,
}

_TABLE = tuple((why, tuple(globs.split())) for why, globs in _REASONS.items())

# Local delivery: only where nothing but this machine can reach it; otherwise it is a mail server.
LOCAL_MAIL = ("exim4", "exim", "postfix", "postfix@-", "sendmail", "ssmtp", "msmtpd", "nullmailer", "esmtp", "dma")


def reason(service: str) -> str | None:
    """Why ``service`` stays behind, or None where it may be a workload."""
    name = service.removesuffix(".service")
    for why, globs in _TABLE:
        if any(fnmatchcase(name, glob) for glob in globs):
            return why
    return None


def starts_others(service: str) -> bool:
    """Whether people or tables start programs below ``service`` that outlive what started them: logins and jobs."""
    name = service.removesuffix(".service")
    return any(fnmatchcase(name, glob) for glob in _STARTING)


_STARTING = tuple(
    "ssh sshd ssh@* sshd@* dropbear* cron crond cronie anacron atd fcron rc-local rc.local user@* getty@*"
    " serial-getty@* telnet* xrdp*".split()
)
