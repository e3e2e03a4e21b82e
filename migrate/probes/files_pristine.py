"""What no package owns and nobody made: things that installing and running a distribution leaves behind.

First the general rules, which need no names: a link that package scripts name and that leads to a package's file, a
file that package scripts name with the very content of a package's template. Then exact places, each with its reason.
Alternatives, ucf's files, diversions, run-level links, certificates' links and compiled Python are already taken out
on the host.
"""

from __future__ import annotations

import re

_EXACT = re.compile(
    r"""
    # links of the merged /usr and /run, and what booting makes
    /(bin|sbin|lib(32|64|x32)?|var/run|var/lock|var/mail|var/spool/mail|etc/mtab)
    | /(dev|proc|sys|run|tmp|lost\+found|\.dockerenv|\.autorelabel|(initrd\.img|vmlinuz)(\.old)?)
    | /(srv|home|var|opt)/lost\+found
    | /boot/.* | /(usr/)?lib/modules/.* | /(usr/)?lib/(firmware/.*|udev/hwdb\.bin) | /etc/udev/hwdb\.bin
    # users and their rights: the accounts scope
    | /etc/(passwd|group|shadow|gshadow|subuid|subgid)(-|\.org)? | /etc/(\.pwd\.lock|security/opasswd)
    # facts of the system, network and packages scopes
    | /etc/(hostname|hosts|resolv\.conf|adjtime|localtime|timezone|default/locale|locale\.conf|vconsole\.conf)
    | /etc/apt/(sources\.list~?|trusted\.gpg~|apt\.conf\.d/(70debconf|01autoremove-.*))
    # this machine's identity: a container has its own, or none
    | /etc/(machine-id|hostid) | /var/lib/dbus/machine-id | /(etc|var)/\.updated
    | /etc/ssh/ssh_host_\w+_key(\.pub)?
    # made by ca-certificates, ssl-cert and their like, which make them again
    | /etc/ssl/certs/(ca-certificates\.crt|java|java/cacerts|ssl-cert-snakeoil\.pem)
    | /etc/ssl/private/ssl-cert-snakeoil\.key | /etc/ca-certificates\.conf(\.dpkg-old)?
    | /etc/pki/(ca-trust/extracted/.*|java/cacerts) | /etc/postgresql-common/root\.crt
    # made by base packages
    | /etc/(ld\.so\.cache|shells|motd|\.java|mailcap|mailcap\.order|networks|python3?|dpkg/origins/default)
    | /etc/(alternatives|rc\w*\.d|sysctl\.d/99-sysctl\.conf|tmpfiles\.d/screen-cleanup\.conf)
    | /etc/X11/default-display-manager
    | /etc/(init\.d/\.[\w.-]+|rc\.d/rc\d\.d/.*|console-setup/cached_.*|default/(keyboard|console-setup))
    | /etc/pam\.d/common-(auth|account|password|session|session-noninteractive)
    | /etc/(network/run|selinux/.*|apparmor\.d/(local|cache|disable)(/.*)?|lvm/(cache|archive|backup)(/.*)?)
    | /etc/(xml|sgml)(/.*)? | /etc/fonts/conf\.d/.* | /usr/bin/[\w-]+-linux-gnu\w*-pkg-config
    # enabled units: the services scope
    | /etc/systemd/(system|user)/([^/]+\.(wants|requires)|dbus-org\.[\w.-]+\.service)
    # caches that packages make
    | /usr/(lib|lib64|share)/(.*/)?(gconv-modules\.cache|locale-archive|giomodule\.cache|immodules\.cache)
    | /usr/(lib|lib64|share)/(.*/)?(loaders\.cache|gschemas\.compiled|icon-theme\.cache|mimeinfo\.cache|\.uuid)
    | /usr/(lib|lib64|share)/(.*/)?(fonts\.(dir|scale)|classes(_nocoops)?\.jsa)
    | /usr/share/(mime/.*|info/dir(\.old)?|perl/[\d.]+/CPAN/Config\.pm) | /usr/lib/jvm/\.[\w.-]+\.jinfo
    | /usr/(share|lib)/python3?/.*(\.pyc|debpython\.log|py3versions.*) | /usr/lib/(python|pypy)[\d.]*/.*__pycache__
    | /usr/local/man
    # what the system notes about itself
    | /var/lib/(dpkg|apt|rpm|yum|dnf|zypp|PackageKit|ucf|alternatives|rpm-state|debconf|apt-listchanges)(/.*)?
    | /var/lib/(systemd|private|portables|machines|polkit-1|dbus|urandom|insserv|stateless|update-rc\.d)(/.*)?
    | /var/lib/(pam|python3?|misc|vim|man-db|mlocate|plocate|sudo|aspell|ispell|ghostscript|color|hp)(/.*)?
    | /var/lib/(emacsen-common|xml-core|sgml-base|dictionaries-common|ieee-data|tex-common|texmf)(/.*)?
    | /var/lib/(ca-certificates-java|libxml-sax-perl|binfmts|needrestart|php/modules|apache2/\w+|git)(/.*)?
    | /var/lib/(initramfs-tools|os-prober|grub|usbutils|plymouth|shim-signed|tpm2-tss|selinux|authselect)(/.*)?
    | /var/lib/(dhcp|dhclient|NetworkManager|chrony|ntp|alsa|AccountsService|udisks2|fwupd|snapd)(/.*)?
    | /var/lib/(update-(notifier|manager)|ubuntu-(advantage|release-upgrader)|command-not-found)(/.*)?
    | /var/lib/(unattended-upgrades|logrotate|ureadahead|lastlog)(/.*)?
    | /var/cache/(apt|debconf|man|fontconfig|yum|dnf|zypp|ldconfig|app-info|cracklib|private|snapd|apparmor)(/.*)?
    | /var/cache/(dictionaries-common|PackageKit|postgresql|tomcat\d*)
    | /var/backups/(dpkg\.\w+|apt\.extended_states|alternatives\.tar|passwd|group|g?shadow)(\.bak|\.\d+(\.gz)?)?
    | /var/log/(apt|dpkg\.log.*|alternatives\.log.*|bootstrap\.log|faillog|lastlog|tallylog|wtmp.*|btmp.*)(/.*)?
    | /var/log/(journal|installer|fontconfig\.log|unattended-upgrades|fsck|dist-upgrade|private|README)(/.*)?
    | /var/log/(yum\.log.*|dnf\..*|anaconda)(/.*)?
    | /var/tmp(/.*)? | /var/spool/(cron/atspool|cron/atjobs|rsyslog|lpd|anacron)(/.*)?
    # traces of a login
    | /root/\.(cache|local|config|dbus|java|gnupg|lesshst|viminfo|wget-hsts|rnd|selected_editor|\w+_history)(/.*)?
    """,
    re.VERBOSE,
)
# Places for local additions, which packages make and leave empty; a mark of fontconfig may lie in them.
_EMPTY = re.compile(
    r"/usr/local/(lib/python\d(\.\d+)?(/dist-packages)?|share/(sgml|xml|fonts|emacs|texmf|perl|zsh)(/.*)?)"
    r"|/var/lib/gems(/.*)?"
)
_MARK = 64  # bytes
_ENABLED = re.compile(r"/etc/(?:systemd/(?:system|user)/(?:[^/]+\.(?:wants|requires)/)?|runit/runsvdir/default/)[^/]+")
_PACKAGED_UNIT = re.compile(r"/(?:usr/)?lib/systemd/system/.*")


def empty(path: str, size: int) -> bool:
    """Whether a directory is a place for local additions that has none."""
    return size < _MARK and _EMPTY.fullmatch(path) is not None


def pristine(path: str, kind: str, flags: str, copied: bool) -> bool:
    """Whether a path without an owner is no finding.

    :param flags: ``m`` the scripts of packages name it, ``t`` it is a link to a package's file.
    :param copied: its content is that of a package's own file.
    """
    if kind == "link" and "t" in flags and ("m" in flags or _ENABLED.fullmatch(path)):
        return True
    if kind == "link" and _PACKAGED_UNIT.fullmatch(path):
        return True
    if copied and "m" in flags:
        return True
    return _EXACT.fullmatch(path) is not None
