from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.applications import Component, Resource
from migrate.model.facts import Process
from tests.probes.applications import found, host, process

NGINX = {
    "/etc/nginx/nginx.conf": (
        "http { server { listen 80; server_name shop.example.org; root /srv/shop;\n"
        " location ~ \\.php$ { fastcgi_pass unix:/run/php/shop.sock; }\n location /wiki { alias /srv/wiki; } } }\n"
    )
}
POOL = "[shop]\nuser = shop\nlisten = /run/php/shop.sock\npm = static\nphp_admin_value[memory_limit] = 64M\n"
FPM = {
    "/etc/php/7.4/fpm/php-fpm.conf": "[global]\nerror_log = /srv/log/fpm.log\ninclude=/etc/php/7.4/fpm/pool.d/*.conf\n",
    "/etc/php/7.4/fpm/pool.d/shop.conf": POOL,
    "/etc/php/7.4/fpm/php.ini": "[PHP]\n;upload_max_filesize = 1M\nupload_max_filesize = 20M\n",
}
SERVERS = (
    process(10, "nginx: master process /usr/sbin/nginx", exe="/usr/sbin/nginx", name="nginx"),
    process(
        20, "php-fpm: master process (/etc/php/7.4/fpm/php-fpm.conf)", exe="/usr/sbin/php-fpm7.4",
        mapped=("/usr/lib/php/20190902/mysqli.so", "/lib/x86_64-linux-gnu/libc.so.6"),
    ),
)  # fmt: skip
WORDPRESS = {
    "/srv/shop/wp-includes/version.php": "<?php\n// $wp_version = '1';\n$wp_version = '5.7.2';\n",
    "/srv/shop/wp-config.php": (
        "<?php\ndefine('DB_NAME', 'shop');\ndefine( 'DB_USER', \"joe\" );\ndefine('DB_PASSWORD', 'Geheim12!');\n"
        "define('DB_HOST', 'db01:3307');\n"
    ),
    "/srv/shop/wp-content/plugins/cart/cart.php": "<?php\n/*\n * Plugin Name: Cart\n * Version: 1.2.3\n */\n",
    "/srv/shop/wp-content/plugins/cart/inc.php": "<?php\n",
    "/srv/shop/wp-content/plugins/hello.php": "<?php\n/*\nPlugin Name: Hello\n*/\n",
    "/srv/shop/wp-content/themes/mine/style.css": "/*\nTheme Name: Mine\nVersion: 4\n*/\n",
}
WIKI = {
    "/srv/wiki/includes/Defines.php": "<?php\ndefine( 'MW_VERSION', '1.35.4' );\n",
    "/srv/wiki/LocalSettings.php": "<?php\n$wgDBtype = 'sqlite';\n$wgDBname = 'w';\nwfLoadExtension( 'Cite' );\n",
    "/srv/wiki/extensions/Cite/extension.json": '{"name": "Cite", "version": "0.9"}',
    "/srv/wiki/extensions/Math/extension.json": '{"name": "Math"}',
}


def test_the_process_manager_with_its_pools_extensions_and_settings() -> None:
    (one,) = found(host(*SERVERS, texts={**NGINX, **FPM}), "php-fpm")
    assert (one.version, one.logs) == ("7.4", ("/srv/log/fpm.log",))
    assert one.components == (Component("mysqli", None, "/usr/lib/php/20190902/mysqli.so", "module"),)
    assert one.configuration == tuple(FPM)
    assert one.settings == (
        ("shop.user", "shop"),
        ("shop.listen", "/run/php/shop.sock"),
        ("shop.pm", "static"),
        ("shop.php_admin_value[memory_limit]", "64M"),
        ("upload_max_filesize", "20M"),
    )


def test_an_application_where_the_document_root_points_to() -> None:
    (one,) = found(host(*SERVERS, texts={**NGINX, **FPM, **WORDPRESS}), "wordpress")
    assert (one.name, one.version, one.home, one.within) == ("shop.example.org", "5.7.2", "/srv/shop", "nginx")
    assert (one.runtime, one.paths, one.data) == ("php 7.4", ("/",), ("/srv/shop/wp-content/uploads",))
    assert one.components == (
        Component("cart", "1.2.3", "/srv/shop/wp-content/plugins/cart", "plugin"),
        Component("hello", None, "/srv/shop/wp-content/plugins/hello.php", "plugin"),
        Component("mine", "4", "/srv/shop/wp-content/themes/mine", "theme"),
    )
    assert one.resources == (
        Resource("database", "DB_NAME", "mysql://db01:3307/shop", "joe", "/srv/shop/wp-config.php:2"),
    )


def test_an_alias_is_a_place_too_and_only_what_is_loaded_is_a_part() -> None:
    (one,) = found(host(*SERVERS, texts={**NGINX, **FPM, **WORDPRESS, **WIKI}), "mediawiki")
    assert (one.name, one.version, one.paths) == ("shop.example.org/wiki", "1.35.4", ("/wiki",))
    assert [each.name for each in one.components] == ["Cite"]
    assert [each.url for each in one.resources] == ["sqlite:///w"]


def test_a_tree_that_nobody_serves_is_no_application() -> None:
    assert (
        found(host(*SERVERS, texts={**NGINX, "/opt/old/wp-includes/version.php": "<?php $wp_version = '1';"}), "php")
        == ()
    )


def test_php_without_a_name_is_called_after_its_site() -> None:
    texts = {
        **NGINX,
        "/srv/shop/index.php": "<?php\n",
        "/srv/shop/inc/x.php": "",
        "/srv/shop/config.php": "<?php $c['host']='db'; $c['user']='u'; $c['database'] = 'orders';",
    }
    (one,) = found(host(*SERVERS, texts=texts), "php")
    assert (one.name, one.home, one.version) == ("shop.example.org", "/srv/shop", None)
    assert [(each.url, each.user) for each in one.resources] == [("db/orders", "u")]


# What each says of itself, as in the sources of these releases.
@pytest.mark.parametrize(
    ("kind", "version", "texts", "url"),
    [
        (
            "drupal",
            "9.4.8",
            {
                "core/lib/Drupal.php": "<?php class Drupal { const VERSION = '9.4.8'; }",
                "core/includes/bootstrap.inc": "<?php",
                "sites/default/settings.php": "<?php $databases['default']['default'] = array('database' => "
                "'d', 'username' => 'u', 'password' => 'x', 'host' => 'h', 'driver' => 'pgsql');",
            },
            "postgresql://h/d",
        ),
        (
            "drupal",
            "7.98",
            {
                "includes/bootstrap.inc": "<?php define('VERSION', '7.98');",
                "sites/default/settings.php": "<?php $db_url = 'mysqli://u:Geheim12@h/d';",
            },
            "mysqli://u:***@h/d",
        ),
        (
            "joomla",
            "3.10.11",
            {
                "administrator/components/com_config/config.xml": "<config/>",
                "administrator/manifests/files/joomla.xml": "<extension><version>3.10.11</version></extension>",
                "configuration.php": "<?php class JConfig { public $host = 'h'; public $user = 'u'; "
                "public $db = 'j'; public $dbtype = 'mysqli'; }",
            },
            "mysql://h/j",
        ),
        (
            "typo3",
            "10.4.21",
            {
                "typo3/sysext/core/ext_emconf.php": "<?php $EM_CONF[$_EXTKEY] = ['version' => '10.4.21'];",
                "typo3conf/LocalConfiguration.php": "<?php return ['DB' => ['Connections' => ['Default' => ["
                "'dbname' => 't', 'driver' => 'mysqli', 'host' => 'h', 'user' => 'u']]]];",
            },
            "mysql://h/t",
        ),
        (
            "magento",
            "1.9.4.5",
            {
                "app/Mage.php": "return array('major' => '1', 'minor' => '9', 'revision' => '4', "
                "'patch' => '5', 'stability' => '');",
                "app/etc/local.xml": "<c><host><![CDATA[h]]></host><username><![CDATA[u]]></username>"
                "<dbname><![CDATA[m]]></dbname></c>",
            },
            "mysql://h/m",
        ),
        (
            "nextcloud",
            "25.0.3",
            {
                "lib/versioncheck.php": "<?php",
                "version.php": "<?php $OC_VersionString = '25.0.3';",
                "config/config.php": "<?php $CONFIG = array('dbtype' => 'mysql', 'dbname' => 'n', "
                "'dbhost' => 'h', 'dbuser' => 'u', 'datadirectory' => '/srv/data');",
            },
            "mysql://h/n",
        ),
        (
            "moodle",
            "4.1.2",
            {
                "lib/moodlelib.php": "<?php",
                "version.php": "<?php $release  = '4.1.2 (Build: 2023)';",
                "config.php": "<?php $CFG->dbtype = 'pgsql'; $CFG->dbhost = 'h'; $CFG->dbname = 'm'; "
                "$CFG->dbuser = 'u'; $CFG->dataroot = '/srv/data';",
            },
            "postgresql://h/m",
        ),
        (
            "roundcube",
            "1.6.1",
            {
                "program/include/iniset.php": "<?php define('RCMAIL_VERSION', '1.6.1');",
                "config/config.inc.php": "<?php $config['db_dsnw'] = 'mysql://r:Geheim12@h/rc';",
            },
            "mysql://r:***@h/rc",
        ),
        (
            "laravel",
            "8.83.27",
            {
                "artisan": "<?php",
                "public/index.php": "<?php",
                "composer.lock": '{"packages": [{"name": "laravel/framework",\n "version": "v8.83.27"}]}',
                ".env": "DB_CONNECTION=pgsql\nDB_HOST=h\nDB_PORT=5433\nDB_DATABASE=l\nDB_USERNAME=u\n",
            },
            "postgresql://h:5433/l",
        ),
    ],
)
def test_the_version_and_the_database_of_known_ones(kind: str, version: str, texts: dict[str, str], url: str) -> None:
    base = "/srv/shop" if kind != "laravel" else "/srv"
    texts = {f"{base}/{path}": text for path, text in texts.items()}
    if kind == "laravel":
        texts = {path.replace("/srv/public", "/srv/web"): text for path, text in texts.items()}
    site = {
        "/etc/nginx/nginx.conf": NGINX["/etc/nginx/nginx.conf"].replace(
            "/srv/shop", "/srv/web" if base == "/srv" else base
        )
    }
    (one,) = [each for each in found(host(*SERVERS, texts={**site, **texts})) if each.role == "application"]
    assert (one.kind, one.version, one.home) == (kind, version, base)
    assert [each.url for each in one.resources] == [url]


def test_the_module_of_apache_and_its_settings() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": (
            "LoadModule php5_module modules/libphp5.so\nListen 80\n<VirtualHost *:80>\nDocumentRoot /srv/a\n"
            "php_admin_value open_basedir /srv/a\n</VirtualHost>\n"
        ),
        "/etc/php.ini": "memory_limit = 256M\n",
        "/srv/a/index.php": "<?php",
    }
    server: Process = process(10, "/usr/sbin/httpd", mapped=("/usr/lib64/httpd/modules/libphp5.so",))
    packages = {"/usr/lib64/httpd/modules/libphp5.so": ("php", "5.4.16-48.el7")}
    module, one = (each for each in found(host(server, texts=texts, packages=packages)) if "php" in each.kind)
    assert (module.kind, module.version, module.within) == ("mod_php", "5.4.16", "apache")
    assert module.settings == (("open_basedir", "/srv/a"), ("memory_limit", "256M"))
    assert (one.runtime, one.home) == ("php 5.4.16", "/srv/a")


def test_one_that_a_package_installed() -> None:
    texts = {
        "/etc/nginx/nginx.conf": "http { server { listen 80; location /pma { alias /usr/share/phpmyadmin; } } }",
        "/etc/phpmyadmin/config-db.php": "<?php $dbuser='pma'; $dbname='pma'; $dbserver='h'; $dbtype='mysql';",
    }
    packages = {"/usr/share/phpmyadmin/index.php": ("phpmyadmin", "4:5.2.1+dfsg-1")}
    (one,) = found(host(SERVERS[0], texts=texts, packages=packages), "phpmyadmin")
    assert (one.version, one.home, one.paths) == ("5.2.1", "/usr/share/phpmyadmin", ("/pma",))
    assert [each.url for each in one.resources] == ["mysql://h/pma"]


@given(text=st.text())
@settings(deadline=None)
def test_reading_never_fails(text: str) -> None:
    found(host(*SERVERS, texts=dict.fromkeys((*FPM, *WORDPRESS, *WIKI), text) | NGINX))


def test_an_application_is_in_the_instance_that_serves_it() -> None:
    texts = {
        "/opt/a/conf/httpd.conf": "Listen 1\nDocumentRoot /opt/a/htdocs\n",
        "/opt/b/conf/httpd.conf": "Listen 2\nDocumentRoot /srv/b\n",
        "/srv/b/index.php": "<?php",
    }
    one = process(10, "/opt/a/bin/httpd", unit="a.service")
    two = process(20, "/opt/b/bin/httpd", unit="b.service")
    assert [each.within for each in found(host(one, two, texts=texts), "php")] == ["b"]
