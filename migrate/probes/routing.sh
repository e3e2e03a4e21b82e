# The shell of routing.py. Nothing is asked that would load a kernel module: filters only where their tables are there.

set +f
part members
for path in /sys/class/net/*/brif/* /sys/class/net/*/lower_*; do
    case $path in *\**) ;; *) printf '%s\n' "${path#/sys/class/net/}" ;; esac
done
part net
set --
for path in /etc/environment /etc/profile /etc/profile.d/*.sh /etc/bash.bashrc /etc/apt/apt.conf /etc/apt/apt.conf.d/* \
    /etc/yum.conf /etc/dnf/dnf.conf /etc/sysconfig/proxy /etc/wgetrc /etc/systemd/system.conf /etc/systemd/system.conf.d/*.conf \
    /etc/default/docker /etc/sysconfig/docker /etc/systemd/system/docker.service.d/*.conf; do
    if [ -f "$path" ] && [ -r "$path" ]; then set -- "$@" "P$path"; fi
done
for path in /etc/sssd/sssd.conf /etc/sssd/conf.d/*.conf /etc/ldap.conf /etc/ldap/ldap.conf /etc/openldap/ldap.conf /etc/nslcd.conf \
    /etc/libnss-ldap.conf /etc/pam_ldap.conf /etc/krb5.conf /etc/krb5.conf.d/* /etc/samba/smb.conf /etc/yp.conf; do
    if [ -f "$path" ]; then
        if [ -r "$path" ]; then set -- "$@" "D$path"; else gap "$path" root; fi
    fi
done
# "I" is an interface, "4" and "6" routes, "V" a VLAN; lines of files as bare prints them, only those that say what is asked.
awk '
    function first(path,    line) {
        line = ""
        if ((getline line < path) < 1) line = ""
        close(path)
        return line
    }
    BEGIN {
        for (i = 1; i < ARGC; i++) {
            kind = substr(ARGV[i], 1, 1); path = substr(ARGV[i], 2)
            if (kind == "/") {
                path = ARGV[i]; n = split(path, f, "/"); type = ""
                while ((getline line < (path "/uevent")) > 0) if (line ~ /^DEVTYPE=/) type = substr(line, 9)
                close(path "/uevent")
                print "I\t" f[n] "\t" first(path "/type") "\t" first(path "/mtu") "\t" first(path "/operstate") "\t" \
                    first(path "/address") "\t" type "\t" first(path "/bonding/mode") "\t" first(path "/bonding/slaves") \
                    "\t" first(path "/bridge/bridge_id") "\t" first(path "/tun_flags")
                continue
            }
            print ">" path
            n = 0; wanted = path ~ /yp\.conf$/ ? "." : "^[ \t]*(\\[|id_provider|ad_domain|ad_server|ipa_server|ipa_domain|ldap_uri|ldap_search_base|krb5_realm|krb5_server|URI|uri|HOST|host|BASE|base|default_realm|kdc|[A-Za-z0-9.-]+[ \t]*=[ \t]*[{]|[}]|security|realm|workgroup)"
            if (kind == "P") wanted = "[Pp][Rr][Oo][Xx][Yy]"
            while (n++ < 3000 && (getline line < path) > 0)
                if (line ~ wanted && line !~ /^[ \t]*(#|;|\/\/)/) print n "|" line
            close(path)
        }
        while (n4++ < 500 && (getline line < "/proc/net/route") > 0) {
            split(line, f, " ")
            if (n4 > 1) print "4\t" f[1] "\t" f[2] "\t" f[3] "\t" f[4] "\t" f[7] "\t" f[8]
        }
        while (n6 < 500 && (getline line < "/proc/net/ipv6_route") > 0) {
            split(line, f, " ")
            # Local and refused ones, link-local and multicast ones are on every machine.
            if (f[10] == "lo" || f[9] ~ /^[89a-f]/ || f[1] ~ /^(fe80|ff)/) continue
            n6++; print "6\t" f[10] "\t" f[1] "\t" f[2] "\t" f[5] "\t" f[6]
        }
        while ((getline line < "/proc/net/vlan/config") > 0) if (line ~ /\|.*\|/) print "V\t" line
    }' /sys/class/net/* "$@"
part policies
! have ip || ip rule show
part files
bare /etc/sysconfig/iptables /etc/sysconfig/ip6tables /etc/iptables/*.v[46] /etc/iptables/*.rules /etc/iptables/rules-save \
    /etc/iptables/rules6-save /etc/iptables.rules /etc/iptables.up.rules /var/lib/iptables/rules-save /etc/nftables.conf \
    /etc/sysconfig/nftables.conf /etc/nftables/*.nft /etc/nftables.d/*.nft /etc/ufw/ufw.conf /etc/ufw/user.rules \
    /etc/ufw/user6.rules /etc/ufw/before.rules /etc/firewalld/firewalld.conf /etc/firewalld/zones/*.xml \
    /etc/sysconfig/SuSEfirewall2 /etc/shorewall/shorewall.conf /etc/shorewall/rules /etc/csf/csf.allow \
    /etc/hosts.allow /etc/hosts.deny /etc/nsswitch.conf
part keepers
[ ! -e /etc/csf/csf.conf ] || echo csf

# lean: rules without their counters, and not without end.
lean() { awk '/^#/ { next } NR > 4000 { print NR "|..."; exit } { gsub(/ counter packets [0-9]+ bytes [0-9]+/, ""); sub(/ \[[0-9]+:[0-9]+\]$/, ""); print NR "|" $0 }'; }

# legacy TABLES SAVE…: the rules of old tables, by the first program that is there.
legacy() {
    one=
    read -r one <"$1" || return 0
    shift
    for save; do have "$save" && { "$save" | lean; return; }; done
    gap "rules of the packet filter" "there is no ${save:-program} to show them"
}

# nf_tables is there: loaded, or a part of the kernel.
tables() {
    [ -d /sys/module/nf_tables ] || [ ! -e /proc/modules ] && return
    read -r release </proc/sys/kernel/osrelease
    grep -q /nf_tables.ko "/lib/modules/$release/modules.builtin"
}

if root; then
    part iptables
    echo '>'
    [ ! -e /proc/net/ip_tables_names ] || legacy /proc/net/ip_tables_names iptables-legacy-save iptables-save
    part ip6tables
    echo '>'
    [ ! -e /proc/net/ip6_tables_names ] || legacy /proc/net/ip6_tables_names ip6tables-legacy-save ip6tables-save
    part nft
    echo '>'
    if have nft && tables; then nft list ruleset | lean
    elif have iptables-nft-save && tables; then
        part iptables
        iptables-nft-save | lean
        part ip6tables
        ip6tables-nft-save | lean
    fi
elif [ -d /sys/module/ip_tables ] || [ -d /sys/module/nf_tables ] || have nft || have iptables-save; then
    gap "rules of the packet filter" root
fi
part end
