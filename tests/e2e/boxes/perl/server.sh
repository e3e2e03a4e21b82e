#!/bin/bash
set -euo pipefail
ln -sf /usr/share/zoneinfo/Europe/Vienna /etc/localtime
echo Europe/Vienna > /etc/timezone
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash -u 1100 verein
useradd -r -u 955 -d /opt/bestand -s /usr/sbin/nologin bestand
echo 'admin ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
script() { mkdir -p "$(dirname "$1")"; cat > "$1"; chmod 755 "$1"; }
W=/srv/www/kontor

# --- modules: by hand, of the CPAN and our own
perldir=$(perl -e 'print((grep { m{^/usr/local/share/perl/} } @INC)[0])')
mkdir -p "$perldir/Text" "$perldir/Net" /usr/local/lib/site_perl/Kontor
cat > "$perldir/Text/Umlaut.pm" <<'S'
package Text::Umlaut;
use strict;
our $VERSION = '0.07';
sub ascii { my $t = shift; $t =~ s/ae/\xe4/g; return $t }
1;
S
printf 'package Net::Gopher;\nuse strict;\n1;\n' > "$perldir/Net/Gopher.pm"
cat > /usr/local/lib/site_perl/Kontor/Daten.pm <<'S'
package Kontor::Daten;
use strict;
use DBI;
use Text::Umlaut;
sub db { DBI->connect("dbi:SQLite:dbname=/srv/www/kontor/db/gaestebuch.sqlite", "", "", { RaiseError => 1 }) }
sub schoen { Text::Umlaut::ascii(shift) }
1;
S

# --- the shop floor: static pages with SSI, CGI in a ScriptAlias and in a folder with ExecCGI
mkdir -p $W/htdocs/{gb,bestell,bestell/data,zaehler,labels,kunden} $W/cgi-bin $W/db $W/auth $W/vorlagen $W/bin
cat > $W/htdocs/index.shtml <<'S'
<html><body><h1>Kontor</h1>
<!--#include virtual="/kopf.html" -->
<p>Besucher: <!--#include virtual="/cgi-bin/zaehler.pl" --></p>
</body></html>
S
echo '<p>Seit 1998</p>' > $W/htdocs/kopf.html
cp $W/htdocs/index.shtml $W/htdocs/index.shtml~
echo '<html>alt</html>' > $W/htdocs/index.html.old
script $W/cgi-bin/zaehler.pl <<'S'
#!/usr/bin/perl -w
use strict;
use Fcntl qw(:flock);
my $datei = "$ENV{DOCUMENT_ROOT}/zaehler/counter.dat";
open(my $h, '+<', $datei) or die "counter: $!";
flock($h, LOCK_EX);
my $n = <$h> || 0;
seek($h, 0, 0);
print $h $n + 1, "\n";
print "Content-Type: text/plain\n\nviele\n";
S
echo 48211 > $W/htdocs/zaehler/counter.dat
script $W/htdocs/gb/gaestebuch.cgi <<'S'
#!/usr/bin/perl
use strict;
use CGI;
use HTML::Template;
use lib '/srv/www/kontor/lib';
use Kontor::Daten;
my $q = CGI->new;
my $db = Kontor::Daten::db();
if (my $text = $q->param('text')) { $db->do('insert into eintrag values (?)', undef, $text) }
my $alle = $db->selectcol_arrayref('select text from eintrag');
my $seite = HTML::Template->new(filename => '/srv/www/kontor/vorlagen/gb.tmpl');
$seite->param(eintraege => join('; ', map { Kontor::Daten::schoen($_) } @$alle));
print $q->header('text/html; charset=iso-8859-1'), $seite->output;
S
sqlite3 $W/db/gaestebuch.sqlite "create table eintrag (text text); insert into eintrag values ('schoene Gruesse')"
echo '<html><body><TMPL_VAR eintraege></body></html>' > $W/vorlagen/gb.tmpl
script $W/htdocs/bestell/bestell.pl <<'S'
#!/usr/bin/perl
# order form: a line in orders.csv, a label, a mail to the office
use strict;
use CGI qw(:standard);
my $sendmail = '/usr/sbin/sendmail -t -oi';
my $kasse_pw = 'Heidelbeere-6620-kasse';
if (my $ware = param('ware')) {
    $ware =~ s/[^\w ]//g;
    my $nr = time;
    open(my $f, '>>', "$ENV{DOCUMENT_ROOT}/bestell/data/orders.csv") or die;
    print $f "$nr;$ware\n";
    close $f;
    system('qrencode', '-o', "$ENV{DOCUMENT_ROOT}/labels/$nr.png", "order $nr");
    open(my $m, "|$sendmail") or die;
    print $m "To: kontor\@example.org\nSubject: Bestellung $nr\n\n$ware\n";
    close $m;
    my $paket = `cd /srv/www/kontor/htdocs/labels && zip -q alle.zip $nr.png`;
}
print header('text/plain'), "Bestellung: ", (param('ware') ? 'danke' : 'bitte ware=… angeben'), "\n";
S
cp $W/htdocs/bestell/bestell.pl $W/htdocs/bestell/bestell.pl.bak
printf '1101;Kaffee\n1102;Tee\n' > $W/htdocs/bestell/data/orders.csv
echo png > $W/htdocs/labels/1101.png
echo '<html>nur fuer Kunden</html>' > $W/htdocs/kunden/preise.html
htpasswd -bc $W/auth/.htpasswd kunde Preiselbeere-8013 2> /dev/null
printf 'AuthType Basic\nAuthName Kunden\nAuthUserFile %s/auth/.htpasswd\nRequire valid-user\n' $W > $W/htdocs/kunden/.htaccess
chown -R www-data:www-data $W/htdocs/zaehler $W/htdocs/bestell/data $W/htdocs/labels $W/db
mkdir -p $W/htdocs.2009 $W/htdocs/.git
echo alt > $W/htdocs.2009/index.html
echo 'ref: refs/heads/master' > $W/htdocs/.git/HEAD

cat > /etc/apache2/sites-available/kontor.conf <<S
<VirtualHost *:80>
    ServerName kontor.example.org
    ServerAlias www.kontor.example.org
    DocumentRoot $W/htdocs
    DirectoryIndex index.shtml index.html
    ScriptAlias /cgi-bin/ $W/cgi-bin/
    <Directory $W/htdocs>
        Options +Includes -Indexes
        AllowOverride AuthConfig
        Require all granted
    </Directory>
    <Directory $W/htdocs/gb>
        Options +ExecCGI
        AddHandler cgi-script .cgi
    </Directory>
    <Directory $W/htdocs/bestell>
        Options +ExecCGI
        AddHandler cgi-script .pl
    </Directory>
    <Directory $W/cgi-bin>
        Require all granted
    </Directory>
    AddOutputFilter INCLUDES .shtml
    ProxyPass /bestand/ http://127.0.0.1:5000/
    ProxyPassReverse /bestand/ http://127.0.0.1:5000/
    CustomLog /var/log/apache2/kontor.log combined
</VirtualHost>
S
# --- a club on the same machine, its scripts under its own user
mkdir -p /var/www/verein/{htdocs,cgi-bin,daten}
echo '<html>Verein</html>' > /var/www/verein/htdocs/index.html
script /var/www/verein/cgi-bin/mitglied.pl <<'S'
#!/usr/bin/perl
use strict;
use POSIX qw(strftime);
open(my $d, '+>>', '/var/www/verein/daten/mitglieder.txt') or die "$!";
seek($d, 0, 0);
my @alle = <$d>;
print "Content-Type: text/plain\n\n", scalar(@alle), " Mitglieder, als ", scalar(getpwuid($<)), "\n";
S
printf 'Anna\nBert\n' > /var/www/verein/daten/mitglieder.txt
chown -R verein:verein /var/www/verein
cat > /etc/apache2/sites-available/verein.conf <<'S'
<VirtualHost *:80>
    ServerName verein.example.org
    DocumentRoot /var/www/verein/htdocs
    SuexecUserGroup verein verein
    ScriptAlias /cgi-bin/ /var/www/verein/cgi-bin/
    <Directory /var/www/verein>
        Require all granted
    </Directory>
</VirtualHost>
S
a2enmod -q cgid include suexec proxy proxy_http auth_basic > /dev/null
a2dissite -q 000-default > /dev/null
a2ensite -q kontor verein > /dev/null
# --- awstats, of which only this is left
mkdir -p /usr/local/awstats/wwwroot/cgi-bin
echo '#!/usr/bin/perl' > /usr/local/awstats/wwwroot/cgi-bin/awstats.pl
echo 'Alias /awstats /usr/local/awstats/wwwroot' > /etc/apache2/sites-available/awstats.conf.old

# --- the stock list: PSGI
mkdir -p /opt/bestand/lib/Bestand /var/lib/bestand
cat > /opt/bestand/app.psgi <<'S'
use strict;
use FindBin;
use lib "$FindBin::Bin/lib", '/opt/bestand/lib';
use Bestand::Lager;
use JSON;
my $lager = Bestand::Lager->new('/var/lib/bestand/bestand.sqlite');
sub {
    my $env = shift;
    return [200, ['Content-Type' => 'application/json'], [encode_json({ teile => $lager->zahl })]];
};
S
cat > /opt/bestand/lib/Bestand/Lager.pm <<'S'
package Bestand::Lager;
use strict;
use DBI;
sub new { my ($art, $datei) = @_; return bless { datei => $datei }, $art }
sub zahl {
    my $db = DBI->connect("dbi:SQLite:dbname=$_[0]{datei}", '', '', { RaiseError => 1 });
    return $db->selectrow_array('select count(*) from teil') + 0;
}
1;
S
sqlite3 /var/lib/bestand/bestand.sqlite "create table teil (name text); insert into teil values ('Schraube'), ('Mutter')"
chown -R bestand /var/lib/bestand
echo 'PLACK_ENV=deployment' > /etc/default/bestand
echo 'BESTAND_API_SCHLUESSEL=Brombeere-1904-bestand' >> /etc/default/bestand
cat > /etc/systemd/system/bestand.service <<'S'
[Unit]
Description=Stock list
After=network.target
[Service]
User=bestand
EnvironmentFile=/etc/default/bestand
WorkingDirectory=/opt/bestand
ExecStart=/usr/bin/starman --listen 127.0.0.1:5000 --workers 2 /opt/bestand/app.psgi
Restart=on-failure
[Install]
WantedBy=multi-user.target
S

# --- every night a report, by mail and as a page
script $W/bin/nachtbericht.pl <<'S'
#!/usr/bin/perl
use strict;
use warnings;
use Kontor::Daten;
use POSIX 'strftime';
my $tag = strftime('%d.%m.%Y', localtime);
open(my $o, '<', '/srv/www/kontor/htdocs/bestell/data/orders.csv') or die;
my @zeilen = <$o>;
my ($n) = Kontor::Daten::db()->selectrow_array('select count(*) from eintrag');
open(my $seite, '>', '/srv/www/kontor/htdocs/bericht/heute.html') or die;
print $seite "<html>$tag: ", scalar(@zeilen), " Bestellungen, $n Gruesse</html>\n";
open(my $mail, '|-', '/usr/sbin/sendmail', '-t') or die;
print $mail "To: chef\@example.org\nFrom: kontor\@example.org\nSubject: Bericht $tag\n\n", scalar(@zeilen), "\n";
close $mail or die "mail: $?";
S
mkdir -p $W/htdocs/bericht
echo '<html>gestern</html>' > $W/htdocs/bericht/heute.html
chown -R www-data:www-data $W/htdocs/bericht
printf 'MAILTO=webmaster@example.org\n15 2 * * * www-data /srv/www/kontor/bin/nachtbericht.pl\n#30 2 * * * root /usr/local/awstats/wwwroot/cgi-bin/awstats.pl -update\n' > /etc/cron.d/kontor
printf '*/30 * * * * cd /var/www/verein/daten && sort -o mitglieder.txt mitglieder.txt\n' | crontab -u verein -

# --- exim: only this machine's mail, to the provider
sed -i "s/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype='satellite'/; s/^dc_smarthost=.*/dc_smarthost='mail.provider.example::587'/;
    s/^dc_local_interfaces=.*/dc_local_interfaces='127.0.0.1'/; s/^dc_readhost=.*/dc_readhost='kontor.example.org'/" /etc/exim4/update-exim4.conf.conf
echo 'mail.provider.example:kontor:Sanddorn-2257-smtp' >> /etc/exim4/passwd.client
echo kontor.example.org > /etc/mailname
update-exim4.conf || true
systemctl mask systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service dev-hugepages.mount getty@tty1.service \
    console-getty.service systemd-logind.service 2> /dev/null
systemctl enable ssh cron apache2 bestand exim4
: > /etc/machine-id
rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -A
