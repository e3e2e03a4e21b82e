"""Directories and authentication."""

from __future__ import annotations

from migrate.probes.applications.known import daemon

KNOWN = (
    daemon(
        "freeradius",
        "directory",
        "freeradius radiusd",
        files=(
            "/etc/freeradius/3.0/radiusd.conf /etc/freeradius/*/radiusd.conf "
            "/etc/freeradius/radiusd.conf /etc/raddb/radiusd.conf /etc/freeradius/*/clients.conf "
            "/etc/raddb/clients.conf /etc/freeradius/*/mods-enabled/* /etc/raddb/mods-enabled/* "
            "/etc/freeradius/*/sites-enabled/* /etc/raddb/sites-enabled/*"
        ),
        settings="port type ipaddr default_eap_type dialect",
        logs="logdir",
        resources="radius_db>database",
    ),
    daemon("389-ds", "directory", "ns-slapd", files="/etc/dirsrv/slapd-*/dse.ldif", writes="-D"),
    daemon(
        "kerberos",
        "directory",
        "krb5kdc kadmind",
        files="/etc/krb5kdc/kdc.conf /var/kerberos/krb5kdc/kdc.conf /etc/krb5.conf",
        settings="default_realm kdc_ports admin_server",
        data="database_name",
        logs="kdc",
    ),
    daemon(
        "sssd",
        "directory",
        "sssd",
        files="/etc/sssd/sssd.conf /etc/sssd/conf.d/*",
        settings="domains services id_provider auth_provider ldap_search_base krb5_realm",
        resources="ldap_uri>ldap krb5_server>directory ad_server>directory",
    ),
    daemon("nslcd", "directory", "nslcd", files="/etc/nslcd.conf", settings="base", resources="uri>ldap"),
    daemon("nscd", "directory", "nscd", files="/etc/nscd.conf"),
    daemon("ypserv", "directory", "ypserv", files="/etc/ypserv.conf /etc/ypserv.securenets"),
)
