#!/bin/bash
# Debian's packages become rpm packages of the same names; what belongs to none of them becomes the package "setup".
set -euo pipefail
export LC_ALL=C
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
mkdir -p /etc/rpm
printf '%%_dbpath /var/lib/rpm\n%%_topdir /root/rpmbuild\n%%_binary_payload w0.ufdio\n%%_buildshell /bin/bash\n%%_build_id_links none\n%%debug_package %%{nil}\n%%__os_install_post %%{nil}\n' > /etc/rpm/macros
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null

# --- what the specs package again, out of Debian's hands
mkdir -p /root/take
cp /usr/sbin/apache2 /root/take/httpd
cp -r /usr/lib/apache2/modules /root/take/modules

# --- the names of the Red Hat family
rm -f /etc/os-release /etc/debian_version '/usr/bin/[' # rpm takes it for a pattern
cat > /usr/lib/os-release <<'S'
NAME="AlmaLinux"
VERSION="8.10 (Cerulean Leopard)"
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="8.10"
PLATFORM_ID="platform:el8"
PRETTY_NAME="AlmaLinux 8.10 (Cerulean Leopard)"
S
ln -s ../usr/lib/os-release /etc/os-release
echo 'AlmaLinux release 8.10 (Cerulean Leopard)' > /etc/redhat-release
mkdir -p /etc/sysconfig /etc/yum.repos.d /var/lib/rpm /etc/cron.d
python3 - <<'P'
import glob, os, re, subprocess
gone = re.compile(r"(dpkg|apt|debconf|ucf|perl-openssl-defaults|init-system-helpers|apache2-bin|libapt-pkg.*|debian-archive-keyring|adduser|gpgv|ssl-cert)$")
fields = "${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\t${Section}\n"
rows = [row.split("\t") for row in subprocess.check_output(["dpkg-query", "-W", "-f", fields], text=True).splitlines()]
merged = re.compile(r"/(bin|sbin|lib|lib32|lib64|libx32)(?=/|$)")
owned, spec = {}, []
def listed(name, arch):
    for path in (f"/var/lib/dpkg/info/{name}.list", f"/var/lib/dpkg/info/{name}:{arch}.list"):
        if os.path.exists(path):
            return open(path, errors="surrogateescape").read().splitlines()
    return []
def conffiles(name, arch):
    for path in (f"/var/lib/dpkg/info/{name}.conffiles", f"/var/lib/dpkg/info/{name}:{arch}.conffiles"):
        if os.path.exists(path):
            return set(open(path).read().split())
    return set()
def entry(path, config):
    kind = "%dir " if os.path.isdir(path) and not os.path.islink(path) else "%config(noreplace) " if config else ""
    return f'{kind}"{path}"' if not re.search(r"[*?\[{%]", path) else None
def section(name, version, files, more=""):
    epoch, _, rest = version.rpartition(":")
    number, _, release = rest.rpartition("-") if "-" in rest else (rest, "", "1")
    head = f"%package -n {name}\nSummary: {name}\nGroup: System\nVersion: {number.replace('-', '.')}\nRelease: {release}\n"
    head += (f"Epoch: {epoch}\n" if epoch else "") + more + f"AutoReqProv: no\n%description -n {name}\n{name}\n%files -n {name}\n"
    spec.append(head + "\n".join(files) + "\n")
sections = []
for name, version, arch, status, group in rows:
    if not status.startswith("ii"):
        continue
    files = []
    for path in listed(name, arch):
        path = merged.sub(r"/usr/\1", path, count=1) if merged.match(path) else path
        if path in ("/.", "") or not os.path.lexists(path):
            continue
        if gone.match(name):
            if not os.path.isdir(path) or os.path.islink(path):
                os.unlink(path)
            continue
        if path in owned and not os.path.isdir(path):
            continue
        line = entry(path, path in conffiles(name, arch))
        if line:
            owned[path] = name
            files.append(line)
    if not gone.match(name):
        section(name, version, files)
import shutil
for path in ("/var/lib/dpkg", "/var/lib/apt", "/etc/apt", "/var/cache/apt", "/var/cache/debconf", "/var/lib/ucf", "/etc/dpkg",
             "/var/log/apt", "/etc/apache2", "/usr/share/apache2", "/usr/lib/apache2", "/var/cache/ldconfig", "/etc/init.d", "/usr/lib/dpkg"):
    shutil.rmtree(path, ignore_errors=True)
for path in glob.glob("/etc/rc?.d") + ["/usr/share/doc", "/usr/share/man", "/usr/share/locale", "/usr/share/lintian", "/usr/share/bug"]:
    shutil.rmtree(path, ignore_errors=True)
rest = []
for top in ("/etc", "/usr", "/var", "/boot", "/opt", "/srv", "/home", "/bin", "/sbin", "/lib", "/lib64"):
    if os.path.islink(top):
        rest.append(f'"{top}"')
        continue
    for folder, folders, files in os.walk(top):
        for name in [*files, *folders]:
            path = os.path.join(folder, name)
            if path.startswith(("/var/lib/rpm", "/root")) or path in owned:
                continue
            line = entry(path, folder.startswith("/etc"))
            if line:
                rest.append(line)
spec = [re.sub(r'^.*"(?:[^"]*)"$', lambda m: m[0] if os.path.lexists(m[0][m[0].index('"') + 1:-1]) else "", text, flags=re.M) for text in spec]
section("setup", "2.12.2-9.el8", rest, "Provides: system-release = 8.10\nProvides: redhat-release = 8.10\n")
paths = sorted({line[line.index('"') + 1:-1] for text in spec for line in text.splitlines() if line.endswith('"') and '"' in line[:-1]})
open("/root/all.list", "w", errors="surrogateescape").write("\n".join(paths) + "\n")
head = ("Name: world\nSummary: world\nVersion: 1\nRelease: 1\nLicense: none\n%description\nworld\n%install\n"
        "tar -C / --no-recursion -cf - -T /root/all.list 2>/dev/null | tar -C %{buildroot} -xf -\n")
open("/root/world.spec", "w", errors="surrogateescape").write(head + "\n".join(spec))
P
hash -r
rpmbuild -bb /root/world.spec > /root/world.log 2>&1 || { tail -n 15 /root/world.log; exit 1; }
rpm -i --justdb --noscripts --nodeps --nosignature /root/rpmbuild/RPMS/*/*.rpm
rm -rf /root/rpmbuild /root/world.* /root/all.list
rpm -qa | wc -l
