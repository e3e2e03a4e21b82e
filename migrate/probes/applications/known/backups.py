"""Agents of backup systems."""

from __future__ import annotations

from migrate.probes.applications.known import daemon

KNOWN = (
    daemon(
        "bacula-fd",
        "other",
        "bacula-fd",
        options="-c",
        files="/etc/bacula/bacula-fd.conf",
        settings="fdport fdaddress",
        data="workingdirectory",
    ),
    daemon(
        "bacula",
        "other",
        "bacula-dir bacula-sd",
        options="-c",
        files="/etc/bacula/bacula-dir.conf /etc/bacula/bacula-sd.conf",
        data="workingdirectory archive",
    ),
    daemon(
        "bareos-fd",
        "other",
        "bareos-fd bareos-filedaemon",
        options="-c",
        files="/etc/bareos/bareos-fd.d/*/*.conf /etc/bareos/bareos-fd.conf",
    ),
    daemon("amanda", "other", "amandad", files="/etc/amanda/*/amanda.conf /etc/amandahosts"),
    daemon("burp", "other", "burp", options="-c", files="/etc/burp/burp.conf /etc/burp/burp-server.conf"),
    daemon(
        "tsm",
        "other",
        "dsmcad dsmc dsmsched",
        files="/opt/tivoli/tsm/client/ba/bin/dsm.sys /opt/tivoli/tsm/client/ba/bin/dsm.opt",
        resources="tcpserveraddress>backup",
    ),
    daemon("networker", "other", "nsrexecd nsrd", files="/nsr/res/servers"),
    daemon("netbackup", "other", "bpcd vnetd nbdisco", files="/usr/openv/netbackup/bp.conf", resources="server>backup"),
    daemon("veeam", "other", "veeamservice veeamagent", files="/etc/veeam/veeam.ini"),
    daemon("urbackup", "other", "urbackupclientbackend urbackupsrv"),
)
