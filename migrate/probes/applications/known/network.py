"""Names, addresses, time and tunnels."""

from __future__ import annotations

from migrate.probes.applications.known import daemon

KNOWN = (
    daemon(
        "unbound",
        "dns",
        "unbound",
        options="-c",
        files=(
            "/etc/unbound/unbound.conf /etc/unbound/unbound.conf.d/*.conf "
            "/etc/unbound/conf.d/*.conf /etc/unbound/local.d/*.conf"
        ),
        settings="interface port access-control local-zone local-data forward-zone stub-zone num-threads",
        logs="logfile",
        resources="forward-addr>dns stub-addr>dns",
    ),
    daemon(
        "dnsmasq",
        "dns",
        "dnsmasq",
        options="-C --conf-file",
        files="/etc/dnsmasq.conf /etc/dnsmasq.d/*",
        settings=(
            "domain port interface listen-address dhcp-range dhcp-host dhcp-option dhcp-boot "
            "enable-tftp address local expand-hosts"
        ),
        data="dhcp-leasefile tftp-root",
        logs="log-facility",
        resources="server>dns",
    ),
    daemon(
        "powerdns",
        "dns",
        "pdns_server",
        options="--config-dir",
        files="/etc/powerdns/pdns.conf /etc/pdns/pdns.conf /etc/powerdns/pdns.d/* /etc/pdns/*.conf",
        settings=(
            "launch local-address local-port master slave primary secondary allow-axfr-ips "
            "webserver webserver-port gmysql-dbname gpgsql-dbname"
        ),
        data="gsqlite3-database",
        resources="gmysql-host>database gpgsql-host>database",
    ),
    daemon(
        "powerdns-recursor",
        "dns",
        "pdns_recursor",
        files="/etc/powerdns/recursor.conf /etc/pdns-recursor/recursor.conf /etc/powerdns/recursor.d/*",
        settings="local-address local-port allow-from",
        resources="forward-zones>dns forward-zones-recurse>dns",
    ),
    daemon(
        "nsd",
        "dns",
        "nsd",
        options="-c",
        files="/etc/nsd/nsd.conf /etc/nsd/nsd.conf.d/* /etc/nsd/conf.d/*",
        settings="ip-address port name server-count provide-xfr request-xfr notify allow-notify",
        data="zonesdir database zonefile",
        logs="logfile",
    ),
    daemon(
        "knot",
        "dns",
        "knotd",
        options="-c --config",
        files="/etc/knot/knot.conf",
        settings="listen domain",
        data="storage",
    ),
    daemon("coredns", "dns", "coredns", options="-conf", files="/etc/coredns/Corefile", settings="forward file"),
    daemon("djbdns", "dns", "tinydns dnscache axfrdns"),
    daemon(
        "avahi",
        "dns",
        "avahi-daemon",
        files="/etc/avahi/avahi-daemon.conf /etc/avahi/services/*",
        settings="host-name domain-name enable-reflector",
    ),
    daemon(
        "isc-dhcp-server",
        "other",
        "dhcpd",
        options="-cf",
        files="/etc/dhcp/dhcpd.conf /etc/dhcpd.conf /etc/dhcp3/dhcpd.conf /etc/dhcp/dhcpd6.conf",
        settings="subnet range next-server filename default-lease-time max-lease-time authoritative",
    ),
    daemon(
        "kea",
        "other",
        "kea-dhcp4 kea-dhcp6 kea-dhcp-ddns kea-ctrl-agent",
        options="-c",
        files="/etc/kea/*.conf",
        settings="subnet",
    ),
    daemon("dhcrelay", "other", "dhcrelay"),
    daemon("radvd", "other", "radvd", options="-C", files="/etc/radvd.conf", settings="prefix"),
    daemon(
        "ntp",
        "other",
        "ntpd ntpsec",
        options="-c",
        files="/etc/ntp.conf /etc/ntpsec/ntp.conf",
        settings="restrict",
        data="driftfile",
        logs="logfile",
        resources="server>ntp pool>ntp peer>ntp",
    ),
    daemon(
        "chrony",
        "other",
        "chronyd",
        options="-f",
        files="/etc/chrony/chrony.conf /etc/chrony.conf /etc/chrony/conf.d/* /etc/chrony/sources.d/*",
        settings="allow local makestep bindaddress",
        data="driftfile",
        logs="logdir",
        resources="server>ntp pool>ntp peer>ntp",
    ),
    daemon(
        "openntpd",
        "other",
        "openntpd",
        options="-f",
        files="/etc/openntpd/ntpd.conf",
        settings="listen",
        resources="server>ntp servers>ntp",
    ),
    daemon(
        "openvpn",
        "proxy",
        "openvpn",
        options="--config",
        files="/etc/openvpn/*.conf /etc/openvpn/server/*.conf /etc/openvpn/client/*.conf",
        settings=(
            "port proto dev server client ifconfig push ca cert key dh tls-auth tls-crypt cipher "
            "user group client-config-dir management plugin topology"
        ),
        data="ifconfig-pool-persist",
        logs="log log-append status",
        resources="remote>vpn",
    ),
    daemon(
        "strongswan",
        "proxy",
        "charon charon-systemd pluto ipsec/starter",
        files=(
            "/etc/ipsec.conf /etc/swanctl/swanctl.conf /etc/swanctl/conf.d/* /etc/strongswan.conf /etc/ipsec.d/*.conf"
        ),
        settings=(
            "left leftid leftsubnet rightid rightsubnet auto keyexchange ike esp authby local_addrs local_ts remote_ts"
        ),
        resources="right>vpn remote_addrs>vpn",
    ),
    daemon(
        "tinc",
        "proxy",
        "tincd",
        files="/etc/tinc/*/tinc.conf",
        settings="name mode port",
        resources="connectto>vpn",
    ),
    daemon(
        "ocserv",
        "proxy",
        "ocserv",
        options="-c --config",
        files="/etc/ocserv/ocserv.conf",
        settings="tcp-port udp-port auth ipv4-network server-cert",
    ),
    daemon("xl2tpd", "proxy", "xl2tpd", options="-c", files="/etc/xl2tpd/xl2tpd.conf"),
    daemon("pptpd", "proxy", "pptpd", options="-c", files="/etc/pptpd.conf", settings="localip remoteip option"),
)
