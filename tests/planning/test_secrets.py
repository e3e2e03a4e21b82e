# ruff: noqa: E501 - a table is read by its rows
"""Secrets in files. Every value here is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.planning import secrets

S = "Kx7-Tulpe-4431"
HASH = "$2y$05$abcdefghijklmnopqrstuuO1kQ5u9oZ3W6x7y8z9A0B1C2D3E4F5G"
SIX = "$6$saltsalt$" + "Ab3/" * 21 + "xy"
HEX = "9f86d081884c7d659a2feaa0c55ad015"
TOKEN = "tok_8f2e61c9d47b40a5b7"
BASIC = "YWRtaW46S3g3LVR1bHBlLTQ0MzE="

# (path, text, the one value that has to be found, its line)
CANARIES: list[tuple[str, str, str, int]] = [
    ("/srv/app/.env", f"SENTRY_DSN=https://{HEX}@errors.example.net/7\n", HEX, 1),
    ("/etc/app/db.properties", f"# database\ndb.user=app\ndb.password={S}\n", S, 3),
    ("/etc/app/db.properties", f"spring.datasource.password = {S} with spaces\n", f"{S} with spaces", 1),
    ("/opt/app/log.properties", f"javax.net.ssl.keyStorePassword: {S}\n", S, 1),
    ("/etc/tomcat9/context.xml", f'<Context>\n <Resource name="jdbc/x" username="x"\n   password="{S}"/>\n</Context>', S, 3),
    ("/etc/tomcat9/tomcat-users.xml", f"<tomcat-users>\n<user username='a' password='{S}' roles='b'/>\n</tomcat-users>", S, 2),
    ("/etc/tomcat9/server.xml", f'<Server>\n<Connector port="8443" keystorePass="{S}"/></Server>', S, 2),
    ("/opt/jboss/ds.xml", f"<datasource>\n <security>\n  <password>{S}</password>\n </security></datasource>", S, 3),
    ("/opt/jboss/ds.xml", f"<security>\n  <password>\n    {S}\n  </password></security>", S, 3),
    ("/opt/app/persistence.xml", f'<p>\n<property name="javax.persistence.jdbc.password" value="{S}"/></p>', S, 2),
    ("/opt/app/hibernate.cfg.xml", f'<p>\n<property name="hibernate.connection.password">{S}</property></p>', S, 2),
    ("/opt/app/web.xml", f"<p><param-name>smtpPassword</param-name>\n<param-value>{S}</param-value></p>", S, 2),
    ("/srv/www/web.config", f'<c>\n<add name="Db" connectionString="Server=db;User Id=a;Password={S};Pooling=true"/></c>', S, 2),
    ("/srv/www/web.config", f'<c>\n<add key="SmtpPassword" value="{S}" /></c>', S, 2),
    ("/etc/app.ini", f"[database]\nuser = app\npassword = {S}\n", S, 3),
    ("/etc/app.ini", f'[database]\nuser = app\npassword = "{S} # no comment"\n', f"{S} # no comment", 3),
    ("/etc/app.yml", f"db:\n  host: x\n  password: {S}\n", S, 3),
    ("/etc/app.yml", f"db:\n  password: '{S}'  # old\n", S, 2),
    ("/opt/compose.yml", f"environment:\n  - name: DB_PASSWORD\n    value: {S}\n", S, 3),
    ("/etc/app.json", f'{{"db": {{\n "user": "a", "password": "{S}"}}}}', S, 2),
    ("/etc/task.json", f'[{{"name": "API_TOKEN", "value": "{TOKEN}"}}]', TOKEN, 1),
    ("/etc/app.toml", f'[auth]\nsecret_key = "{TOKEN}"\n', TOKEN, 2),
    ("/etc/default/app", f'DB_USER=a\nDB_PASSWORD="{S}"\n', S, 2),
    ("/opt/app/.env", f"APP_KEY=base64:{BASIC}\n", f"base64:{BASIC}", 1),
    ("/opt/app/start.sh", f"#!/bin/sh\nexport DB_PASS={S}\nexec ./app\n", S, 2),
    ("/opt/app/start.sh", f"#!/bin/bash\nmysql -u root -p{S} shop < x.sql\n", S, 2),
    ("/srv/www/config.php", f"<?php\ndefine('DB_PASSWORD', '{S}');\n", S, 2),
    ("/srv/www/config.php", f"<?php\ndefine( 'AUTH_KEY',  '{TOKEN}' );\n", TOKEN, 2),
    ("/srv/www/db.php", f"<?php\n$cfg['Servers'][$i]['password'] = '{S}';\n", S, 2),
    ("/srv/www/db.php", f"<?php\n$dbpass = \"{S}\";\n", S, 2),
    ("/srv/www/db.php", f"<?php return array(\n  'username' => 'a',\n  'password' => '{S}',\n);", S, 3),
    ("/srv/www/db.php", f'<?php mysql_connect("localhost", "shop", "{S}");', S, 1),
    ("/srv/www/db.php", f"<?php\n$db = new PDO('mysql:host=localhost;dbname=x', 'shop', '{S}');", S, 2),
    ("/opt/site/settings.py", f"DATABASES = {{'default': {{\n 'PASSWORD': '{S}',\n}}}}\n", S, 2),
    ("/opt/site/settings.py", f'SECRET_KEY = "{TOKEN}"\n', TOKEN, 1),
    ("/opt/site/database.yml", f"production:\n  adapter: mysql2\n  password: {S}\n", S, 3),
    ("/opt/site/secrets.rb", f"config.secret_key_base = '{TOKEN}'\n", TOKEN, 1),
    ("/usr/local/bin/x.pl", f"#!/usr/bin/perl\nmy $password = '{S}';\n", S, 2),
    ("/usr/local/bin/x.pl", f'#!/usr/bin/perl\nmy $d = DBI->connect("dbi:mysql:x", "shop", "{S}");\n', S, 2),
    ("/opt/app/Main.java", f'class M {{\n void m() {{ ds.setPassword("{S}"); }} }}', S, 2),
    ("/root/.my.cnf", f"[client]\nuser=root\npassword={S}\n", S, 3),
    ("/etc/redis/redis.conf", f"bind 127.0.0.1\nrequirepass {S}\n", S, 2),
    ("/etc/redis/redis.conf", f'masterauth "{S}"\n', S, 1),
    ("/etc/redis/users.acl", f"user app on ~* +@all >{S}\n", S, 1),
    ("/home/a/.pgpass", f"127.0.0.1:5432:shop:shop:{S}\n", S, 1),
    ("/var/lib/pg/recovery.conf", f"primary_conninfo = 'host=10.0.0.1 user=repl password={S} port=5432'\n", S, 1),
    ("/etc/app.conf", f"dsn = postgresql://shop:{S}@localhost/shop\n", S, 1),
    ("/etc/app.conf", f"url=jdbc:mysql://localhost:3306/shop?user=a&password={S}&useSSL=false\n", S, 1),
    ("/etc/tomcat9/x.xml", f'<R url="jdbc:mysql://h/s?user=a&amp;password={S}&amp;x=y"/>', S, 1),
    ("/etc/app.conf", f"url=jdbc:oracle:thin:scott/{S}@db:1521:ORCL\n", S, 1),
    ("/etc/app.conf", f"url=jdbc:sqlserver://db:1433;databaseName=x;user=sa;password={S};encrypt=true\n", S, 1),
    ("/etc/nginx/htpasswd", f"intern:{HASH}\n", HASH, 1),
    ("/etc/nginx/conf.d/x.conf", f'location / {{\n proxy_set_header Authorization "Basic {BASIC}";\n}}', BASIC, 2),
    ("/etc/apache2/x.conf", f'RequestHeader set Authorization "Bearer {TOKEN}"\n', TOKEN, 1),
    ("/etc/apache2/x.conf", f"AuthLDAPBindPassword {S}\n", S, 1),
    ("/etc/haproxy/haproxy.cfg", f"listen stats\n    stats auth admin:{S}\n", S, 2),
    ("/etc/haproxy/haproxy.cfg", f"userlist u\n  user a insecure-password {S}\n", S, 2),
    ("/etc/nslcd.conf", f"binddn cn=x\nbindpw {S}\n", S, 2),
    ("/etc/postfix/sasl_passwd", f"[smtp.example.org]:587 shop@example.org:{S}\n", S, 1),
    ("/etc/postfix/mysql-virtual.cf", f"user = mail\npassword = {S}\nhosts = 127.0.0.1\n", S, 2),
    ("/etc/exim4/passwd.client", f"*.example.org:shop:{S}\n", S, 1),
    ("/etc/rabbitmq/rabbitmq.conf", f"default_user = shop\ndefault_pass = {S}\n", S, 2),
    ("/etc/rabbitmq/rabbitmq.config", f'[{{rabbit, [{{default_user, <<"a">>}},\n {{default_pass, <<"{S}">>}}]}}].', S, 2),
    ("/etc/default/tomcat9", f'JAVA_OPTS="-Xmx1g -Ddb.password={S} -Dx=y"\n', S, 1),
    ("/etc/cron.d/backup", f"0 1 * * * root curl -s -u shop:{S} https://x.example.org/\n", S, 1),
    ("/usr/local/bin/backup", f'#!/bin/sh\nPGPASSWORD="{S}" pg_dump shop > x\n', S, 2),
    ("/usr/local/bin/copy", f"#!/bin/bash\nsshpass -p '{S}' ssh a@b\n", S, 2),
    ("/usr/local/bin/get", f"#!/bin/bash\nwget -q --password={S} ftp://x.example.org/y\n", S, 2),
    ("/root/.aws/credentials", "[default]\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYx\n",
     "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYx", 2),
    ("/root/.npmrc", f"//registry.example.org/:_authToken={TOKEN}\n", TOKEN, 1),
    ("/root/.docker/config.json", f'{{"auths": {{"r.example.org": {{"auth": "{BASIC}"}}}}}}', BASIC, 1),
    ("/etc/app/notes.conf", "x ghp_abcdefghijklmnopqrstuvwxyz0123456789 y\n", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", 1),
    ("/etc/proftpd/sql.conf", f"SQLConnectInfo ftp@localhost ftp {S}\n", S, 1),
    ("/etc/ppp/chap-secrets", f"alice * {S} *\n", S, 1),
    ("/etc/ipsec.secrets", f'10.0.0.1 10.0.0.2 : PSK "{S}"\n', S, 1),
    ("/etc/msmtprc", f"account x\nhost smtp.example.org\npassword {S}\n", S, 3),
    ("/root/.netrc", f"machine x.example.org login a password {S}\n", S, 1),
    ("/etc/apt/auth.conf.d/x", f"machine x.example.org login a password {S}\n", S, 1),
    ("/etc/bind/rndc.key", f'key "rndc-key" {{\n\talgorithm hmac-sha256;\n\tsecret "{BASIC}";\n}};\n', BASIC, 3),
    ("/etc/pgbouncer/userlist.txt", f'"shop" "md5{HEX}"\n', f"md5{HEX}", 1),
    ("/etc/ldap/slapd.conf", f"rootdn cn=a\nrootpw {S}\n", S, 2),
    ("/srv/setup.sql", f"CREATE USER 'a'@'localhost' IDENTIFIED BY '{S}';\n", S, 1),
    ("/srv/setup.sql", f"CREATE ROLE shop LOGIN PASSWORD '{S}';\n", S, 1),
    ("/etc/shadow.d/x", f"shop:{SIX}:19000:0:99999:7:::\n", SIX, 1),
    ("/etc/keepalived/keepalived.conf", "authentication {\n  auth_type PASS\n  auth_pass 4711\n}\n", "4711", 3),
    ("/etc/snmp/snmpd.conf", f"rocommunity {S} 10.0.0.0/8\n", S, 1),
    ("/etc/asterisk/sip.conf", f"[100]\nsecret={S}\n", S, 2),
    ("/etc/zabbix/zabbix_server.conf", f"DBUser=zabbix\nDBPassword={S}\n", S, 2),
    ("/etc/wpa_supplicant/w.conf", f'network={{\n ssid="x"\n psk="{S}"\n}}', S, 3),
    ("/opt/app/App.ini", f"# password={S}\n", S, 1),  # a comment that is surely no example
    ("/opt/app/unicode.ini", f"[ä]\nKennwort = {S}\n", S, 2),
    ("/opt/app/dos.ini", f"[a]\r\npassword={S}\r\nx=y\r\n", S, 2),
]  # fmt: skip

# Lines of real configuration files of Debian, and other things that only look like secrets.
NEGATIVES: list[tuple[str, str]] = [
    ("/etc/nsswitch.conf", "passwd:         files systemd\nshadow:         files\n"),
    ("/etc/pam.d/common-password", "password\t[success=1 default=ignore]\tpam_unix.so obscure use_authtok try_first_pass yescrypt\n"),
    ("/etc/ssh/sshd_config", "PasswordAuthentication yes\nPermitEmptyPasswords no\n#KbdInteractiveAuthentication yes\n"),
    ("/etc/postgresql/13/main/postgresql.conf", "password_encryption = scram-sha-256\t# md5 or scram-sha-256\n"),
    ("/etc/postgresql/13/main/conf.d/x.conf", "password_encryption = md5\nssl_passphrase_command = ''\n"),
    ("/etc/login.defs", "PASS_MAX_DAYS\t99999\nPASS_MIN_DAYS\t0\nPASS_WARN_AGE\t7\n"),
    ("/etc/redis/redis.conf", "# requirepass foobared\n# masterauth <master-password>\n"),
    ("/etc/nginx/x.conf", "proxy_pass http://127.0.0.1:8080;\nfastcgi_pass unix:/run/php/php-fpm.sock;\n"),
    ("/etc/nginx/x.conf", 'auth_basic "Only us";\nauth_basic_user_file /etc/nginx/htpasswd;\n'),
    ("/etc/nginx/x.conf", "ssl_certificate_key /etc/ssl/private/x.key;\nssl_password_file /etc/keys/global.pass;\n"),
    ("/etc/nginx/x.conf", "proxy_set_header Authorization $http_authorization;\n"),
    ("/etc/app.properties", "db.password=${DB_PASSWORD}\n"),
    ("/etc/app.properties", "db.password=\ndb.user=x\n"),
    ("/etc/app.properties", "password.min.length=8\npassword.policy.enabled=true\n"),
    ("/etc/app.properties", "password.file=/run/secrets/db\n"),
    ("/etc/app.yml", "password: '{{ vault_password }}'\n"),
    ("/etc/app.yml", "password: !vault |\n  $ANSIBLE_VAULT;1.1\n"),
    ("/etc/app.yml", "password: null\ntoken: ~\nsecret: *default\n"),
    ("/etc/app.json", '{"password": {"type": "string", "minLength": 8}}'),
    ("/etc/app.conf", "password = <your password>\n"),
    ("/etc/app.conf", "password = your_password_here\n"),
    ("/etc/app.conf", "password = ********\n"),
    ("/etc/app.conf", "#password = changeme\n; secret = secret\n"),
    ("/etc/odbc.ini", "; Password = mypassword\n"),
    ("/opt/app/run.sh", '#!/bin/sh\nread -s -p "Password: " PASSWORD\n'),
    ("/opt/app/run.sh", '#!/bin/sh\nPASSWORD="$1"\nDB_PASS=$(cat /run/secrets/x)\n'),
    ("/opt/app/run.sh", "#!/bin/sh\nmysql -u root -p shop < x.sql\n"),
    ("/opt/app/run.sh", "#!/bin/sh\ncurl -u admin https://x.example.org/\n"),
    ("/opt/app/run.sh", "#!/bin/sh\nmkdir -p /var/lib/x && ssh -p 2222 a@b\n"),
    ("/opt/app/x.py", 'password = os.environ["DB_PASSWORD"]\n'),
    ("/opt/app/x.py", 'parser.add_argument("--password", help="the password to use")\n'),
    ("/opt/app/x.py", 'if password == "":\n    raise ValueError("password required")\n'),
    ("/opt/app/x.php", "<?php $password = $_POST['password']; $pass = getenv('PASS');"),
    ("/opt/app/X.java", 'String password = request.getParameter("password");'),
    ("/srv/x/schema.sql", "CREATE TABLE u (password VARCHAR(60), token text NOT NULL);\n"),
    ("/srv/x/messages_de.properties", "login.password=Passwort:\nlogin.secret=Geheim\n"),
    ("/srv/www/index.html", '<input type="password" name="password" placeholder="Password">'),
    ("/etc/tomcat9/tomcat-users.xml", '<t>\n<!--\n<user username="admin" password="<must-be-changed>" roles="x"/>\n--></t>'),
    ("/etc/tomcat9/server.xml", '<C certificateKeystoreFile="conf/localhost-rsa.jks" certificateKeyFile="conf/key.pem"/>'),
    ("/usr/share/doc/x/README", "Set password = hunter2 to begin; see https://user:pass@host/\n"),
    ("/etc/dovecot/conf.d/10-ssl.conf", "#ssl_cipher_list = ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!PSK:!RC4\n"),
    ("/etc/ssl/openssl.cnf", "challengePassword = A challenge password\n# input_password = secret\n"),
    ("/etc/mysql/mariadb.conf.d/50-server.cnf", "#plugin-load-add = simple_password_check\n#auth_socket = x\n"),
    ("/etc/php/8.2/fpm/php.ini", "; mysqli.default_pw =\nmysqli.default_pw =\nsession.use_cookies = 1\n"),
    ("/etc/apt/sources.list", "deb [signed-by=/usr/share/keyrings/x.gpg] https://deb.example.org/debian bookworm main\n"),
    ("/etc/systemd/system/x.service", "[Service]\nEnvironmentFile=/etc/x/secrets.env\nLoadCredential=key:/etc/x.key\n"),
    ("/etc/ldap/ldap.conf", "TLS_CACERT\t/etc/ssl/certs/ca-certificates.crt\n"),
    ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nshop:x:998:998::/home/shop:/bin/bash\n"),
    ("/etc/ssl/certs/x.pem", "-----BEGIN CERTIFICATE-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKg\n-----END CERTIFICATE-----\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "value", "line"), CANARIES, ids=range(len(CANARIES)))
def test_a_secret_is_found_at_its_line(path: str, text: str, value: str, line: int) -> None:
    found = secrets.find(path, text.encode())
    assert (line, value) in [(one.line, one.value) for one in found]
    assert len(found) == 1


@pytest.mark.parametrize(("path", "text"), NEGATIVES, ids=range(len(NEGATIVES)))
def test_what_only_looks_like_a_secret_is_left_alone(path: str, text: str) -> None:
    assert secrets.find(path, text.encode()) == ()


def test_a_private_key_inside_a_document_is_found_as_a_whole() -> None:
    key = "-----BEGIN PRIVATE KEY-----\\n" + "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC" * 3 + "\\n-----END PRIVATE KEY-----"
    found = secrets.find("/etc/app/account.json", f'{{"type": "service_account",\n"private_key": "{key}"}}'.encode())
    assert [(one.kind, one.line) for one in found] in ([("private-key", 2)], [("key", 2)])
    assert key in found[0].value


def test_binary_files_are_not_searched() -> None:
    assert secrets.find("/x", b"password=Kx7-Tulpe\0\0") == ()


def test_utf_16_is_read() -> None:
    assert [one.value for one in secrets.find("/x.ini", f"password={S}\r\n".encode("utf-16"))] == [S]


PEM = b"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\n-----END RSA PRIVATE KEY-----\n"
TRUSTED = b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\2\0\1a" + bytes(8) + b"\0\5X.509\0\0\0\1\0" + bytes(20)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/etc/ssl/private/x.key", PEM),
        ("/etc/nginx/bundle.pem", b"-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n" + PEM),
        ("/opt/x.jks", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1" + bytes(40)),
        ("/opt/x.p12", b"\x30\x82\x0a\x08\x02\x01\x03\x30\x82\x09\xbe\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"),
        ("/home/a/.pgpass", b"*:*:*:shop:x\n"),
        ("/root/.netrc", b"machine a login b password c\n"),
        ("/root/.my.cnf", b"[client]\npassword = x\n"),
        ("/etc/nginx/users", f"a:{HASH}\nb:$apr1$c7ZCKf7p$u1fpHhUtrlGzkb1wDB/V1.\n".encode()),
        ("/etc/shadow-", b"root:*:19000:0:99999:7:::\n"),
        ("/root/.ssh/id_ed25519", b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + b"b3BlbnNzaC1rZXktdjEA" * 4),
        ("/etc/krb5.keytab", b"\x05\x02\x00\x00\x00\x3e"),
        ("/var/lib/rabbitmq/.erlang.cookie", b"QWERTZUIOP\n"),
        ("/root/.gnupg/secring.gpg", b"\x95\x03\x98\x04"),
    ],
)
def test_some_files_are_secret_as_a_whole(path: str, data: bytes) -> None:
    assert secrets.private_file(path, data)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/etc/ssl/certs/java/cacerts", TRUSTED),
        ("/root/.ssh/id_rsa.pub", b"ssh-rsa AAAA a@b\n"),
        ("/etc/ssl/x.crt", b"-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n"),
        ("/etc/postfix/sasl_passwd", b"# host user:password\n"),
        ("/etc/passwd", b"root:x:0:0:root:/root:/bin/bash\n"),
        ("/etc/freeradius/3.0/mods-available/smbpasswd", b"passwd smbpasswd {\n  filename = /etc/smbpasswd\n}\n"),
        ("/root/.my.cnf", b"[client]\nuser = x\n"),
        ("/x", b""),
    ],
)
def test_other_files_are_not(path: str, data: bytes) -> None:
    assert secrets.private_file(path, data) is None


@given(st.text())
def test_finding_never_fails_on_text(text: str) -> None:
    for path in ("/x", "/x.xml", "/x.sh", "/etc/crontab", "/x.php", "/.pgpass"):
        secrets.find(path, text.encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_finding_never_fails_on_bytes(data: bytes) -> None:
    secrets.find("/x.conf", data)
    secrets.private_file("/x.conf", data)
    secrets.private_file("/x.jks", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\3\0\0\0\2" + data)


_PIECES = st.sampled_from(
    ["password", "=", ":", '"', "'", "<", ">", "${", "}", "\n", " ", "x7Tulpe", "@", "//", "&", ";", "\\", "secret"]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_every_value_stands_on_its_line(text: str) -> None:
    lines = text.split("\n")
    for one in secrets.find("/etc/x.conf", text.encode()):
        assert one.line is not None
        assert one.value.split("\n")[0] in lines[one.line - 1]
