#!/bin/bash
# Libraries that no package manager of the distribution knows: virtual environment, gem, npm, CPAN, composer.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
cd "$work"
wheel() { # NAME VERSION: a wheel, as PyPI would give it
    python3 - "$1" "$2" <<'P'
import sys, zipfile, base64, hashlib
name, version = sys.argv[1:]
files = {f"{name}/__init__.py": f"__version__ = '{version}'\n",
         f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: planted\n",
         f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
record = "".join(f"{p},sha256={base64.urlsafe_b64encode(hashlib.sha256(t.encode()).digest()).rstrip(b'=').decode()},{len(t)}\n" for p, t in files.items())
with zipfile.ZipFile(f"{name}-{version}-py3-none-any.whl", "w") as out:
    for path, text in files.items():
        out.writestr(path, text)
    out.writestr(f"{name}-{version}.dist-info/RECORD", record + f"{name}-{version}.dist-info/RECORD,,\n")
P
}
wheel ledgerlib 2.4.1
wheel oldformat 0.3
wheel systemwide 1.9.2
install -d /opt/ledger
python3 -m venv /opt/ledger/venv
/opt/ledger/venv/bin/pip -q install --no-index ledgerlib-*.whl oldformat-*.whl
/opt/ledger/venv/bin/pip -q --python /usr/bin/python3 install --break-system-packages --no-index systemwide-*.whl

# --- a gem
mkdir gem && cd gem && mkdir lib
printf 'module PlantedGem\n  # %s\n  def self.name = "planted"\nend\n' "what a gem does, in more than a few bytes, as all of them are" > lib/plantedgem.rb
cat > plantedgem.gemspec <<'G'
Gem::Specification.new do |s|
  s.name = "plantedgem"; s.version = "1.4.2"; s.summary = "planted"; s.authors = ["nobody"]; s.files = ["lib/plantedgem.rb"]
  s.license = "MIT"; s.homepage = "https://example.org"
end
G
gem build -q plantedgem.gemspec > /dev/null 2>&1
gem install --local -q --no-document plantedgem-1.4.2.gem > /dev/null
cd ..

# --- CPAN
mkdir cpan && cd cpan && mkdir -p lib/Acme
printf "package Acme::Planted;\nuse strict;\nuse warnings;\nour \$VERSION = '0.07';\nsub name { return 'planted' }\n1;\n__END__\n=head1 NAME\n\nAcme::Planted - is planted\n" > lib/Acme/Planted.pm
echo "use ExtUtils::MakeMaker; WriteMakefile(NAME => 'Acme::Planted', VERSION_FROM => 'lib/Acme/Planted.pm');" > Makefile.PL
perl Makefile.PL > /dev/null
make -s > /dev/null
make -s install > /dev/null
cd ..

# --- npm: what "npm install -g" and "npm ci" leave
mkdir -p /usr/local/lib/node_modules/planted-cli/bin /usr/local/bin
printf '{"name": "planted-cli", "version": "5.0.3", "bin": {"planted": "bin/planted.js"}}\n' > /usr/local/lib/node_modules/planted-cli/package.json
printf '#!/usr/bin/env node\nconsole.log("planted");\n' > /usr/local/lib/node_modules/planted-cli/bin/planted.js
chmod 755 /usr/local/lib/node_modules/planted-cli/bin/planted.js
ln -s ../lib/node_modules/planted-cli/bin/planted.js /usr/local/bin/planted
mkdir -p /opt/notifier/node_modules/left-padding /opt/notifier/node_modules/@firma/mailbox
printf '{"name": "notifier", "version": "2.0.0", "main": "server.js", "dependencies": {"left-padding": "^1.3.0", "@firma/mailbox": "0.2.0"}}\n' > /opt/notifier/package.json
printf '{"name": "left-padding", "version": "1.3.7"}\n' > /opt/notifier/node_modules/left-padding/package.json
printf '{"name": "@firma/mailbox", "version": "0.2.0"}\n' > /opt/notifier/node_modules/@firma/mailbox/package.json
cat > /opt/notifier/server.js <<'N'
const http = require("http");
http.createServer((_, answer) => answer.end("notified\n")).listen(3180, "127.0.0.1");
N

# --- composer
mkdir -p /var/www/portal/public /var/www/portal/vendor/composer
cat > /var/www/portal/composer.json <<'C'
{"name": "firma/portal", "require": {"php": ">=8.0", "firma/routing": "^3.1"}}
C
cat > /var/www/portal/composer.lock <<'C'
{"content-hash": "0f1e2d3c", "packages": [{"name": "firma/routing", "version": "v3.1.4", "type": "library"},
 {"name": "symfony/http-foundation", "version": "v5.4.20", "type": "library"}], "packages-dev": []}
C
cat > /var/www/portal/vendor/composer/installed.json <<'C'
{"packages": [{"name": "firma/routing", "version": "v3.1.4", "version_normalized": "3.1.4.0", "type": "library", "install-path": "../firma/routing"},
 {"name": "symfony/http-foundation", "version": "v5.4.20", "version_normalized": "5.4.20.0", "type": "library", "install-path": "../symfony/http-foundation"}], "dev": false, "dev-package-names": []}
C
mkdir -p /var/www/portal/vendor/firma/routing /var/www/portal/vendor/symfony/http-foundation
echo '<?php echo "portal";' > /var/www/portal/public/index.php
cd /
rm -rf "$work"
