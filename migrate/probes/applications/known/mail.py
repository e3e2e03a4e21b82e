"""Mail: filters, lists, and servers that need no reader of their own."""

from __future__ import annotations

from migrate.probes.applications.known import daemon

KNOWN = (
    daemon(
        "cyrus",
        "mail",
        "cyrmaster cyrus-master",
        options="-C",
        files="/etc/cyrus.conf /etc/imapd.conf /etc/imapd/imapd.conf",
        settings=("virtdomains defaultdomain sasl_pwcheck_method tls_server_cert tls_server_key hashimapspool"),
        data="configdirectory partition-default sievedir",
    ),
    daemon(
        "courier",
        "mail",
        "couriertcpd authdaemond courierd courierlogger",
        files="/etc/courier/* /etc/authlib/*",
        settings="port address tls_certfile maildirpath",
    ),
    daemon(
        "spamassassin",
        "mail",
        "spamd",
        options="-C --configpath",
        files=(
            "/etc/spamassassin/local.cf /etc/mail/spamassassin/local.cf /etc/spamassassin/*.cf "
            "/etc/default/spamassassin /etc/default/spamd"
        ),
        settings="required_score report_safe trusted_networks use_bayes bayes_path",
        data="bayes_path",
        resources="user_scores_dsn>database bayes_sql_dsn>database",
    ),
    daemon(
        "amavis",
        "mail",
        "amavisd-new amavisd amavisd-milter",
        options="-c",
        files="/etc/amavis/conf.d/* /etc/amavisd/amavisd.conf /etc/amavisd.conf",
    ),
    daemon(
        "clamav",
        "mail",
        "clamd",
        options="-c --config-file",
        files="/etc/clamav/clamd.conf /etc/clamd.d/*.conf /etc/clamd.conf",
        settings="tcpsocket tcpaddr localsocket user streammaxlength",
        data="databasedirectory temporarydirectory",
        logs="logfile",
    ),
    daemon(
        "freshclam",
        "mail",
        "freshclam",
        options="--config-file",
        files="/etc/clamav/freshclam.conf /etc/freshclam.conf",
        settings="checks databasemirror",
        data="databasedirectory",
        logs="updatelogfile",
        resources="httpproxyserver>http",
    ),
    daemon(
        "rspamd",
        "mail",
        "rspamd",
        options="-c",
        files="/etc/rspamd/rspamd.conf /etc/rspamd/local.d/* /etc/rspamd/override.d/*",
        resources="servers>cache",
    ),
    daemon(
        "opendkim",
        "mail",
        "opendkim",
        options="-x",
        files="/etc/opendkim.conf /etc/opendkim/*",
        settings="domain selector keyfile socket mode keytable signingtable internalhosts canonicalization",
    ),
    daemon(
        "opendmarc",
        "mail",
        "opendmarc",
        options="-c",
        files="/etc/opendmarc.conf",
        settings="socket authservid trustedauthservids",
        data="historyfile",
    ),
    daemon("postgrey", "mail", "postgrey", files="/etc/default/postgrey /etc/postgrey/*"),
    daemon(
        "postsrsd",
        "mail",
        "postsrsd",
        files="/etc/default/postsrsd /etc/postsrsd.conf",
        settings="srs_domain domain",
    ),
    daemon("policyd-spf", "mail", "policyd-spf", files="/etc/postfix-policyd-spf-python/policyd-spf.conf"),
    daemon(
        "opensmtpd",
        "mail",
        "opensmtpd /usr/sbin/smtpd",
        options="-f",
        files="/etc/smtpd.conf /etc/mail/smtpd.conf /etc/opensmtpd/smtpd.conf",
        settings="listen action match",
    ),
    daemon("qmail", "mail", "qmail-send qmail-smtpd", files="/var/qmail/control/*"),
    daemon("fetchmail", "mail", "fetchmail", options="-f --fetchmailrc", files="/etc/fetchmailrc", settings="poll"),
    daemon(
        "mailman",
        "mail",
        "mailmanctl qrunner mailman mailman3/bin/master mailman3/bin/runner",
        options="-C --config",
        files="/etc/mailman3/mailman.cfg /etc/mailman/mm_cfg.py /etc/mailman3/*.cfg /etc/mailman3/*.py",
        settings=(
            "site_owner layout default_url_host default_email_host mta/incoming mta/smtp_host "
            "mta/smtp_port webservice/port"
        ),
        data="var_dir paths.debian/var_dir",
        logs="log_dir",
        resources="url>database",
    ),
    daemon(
        "sympa",
        "mail",
        "sympa.pl sympa_msg.pl wwsympa.fcgi bulk.pl task_manager.pl",
        files="/etc/sympa/sympa/sympa.conf /etc/sympa/sympa.conf /etc/sympa.conf",
        settings="domain listmaster lang wwsympa_url",
        data="home spool arc_path",
        resources="db_host>database db_name>database",
    ),
    daemon(
        "mimedefang",
        "mail",
        "mimedefang mimedefang.pl mimedefang-multiplexor",
        files="/etc/mail/mimedefang-filter /etc/mimedefang/*",
    ),
    daemon(
        "milter-greylist",
        "mail",
        "milter-greylist",
        files="/etc/milter-greylist/greylist.conf /etc/mail/greylist.conf",
    ),
)
