"""Applications written in PHP: by which file each is known, and where it says its version and its database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """One application.

    :ivar mark: a file that only this has, from the root of the application.
    :ivar version: (file, expression) pairs; the expression's groups are joined with dots.
    :ivar settings: files with the database's settings.
    :ivar plugins: (pattern of files, kind): each file that matches describes a plug-in.
    :ivar data: directories that it writes to.
    :ivar engine: of the database, where no setting says it.
    :ivar package: names of packages of distributions that install it apart from its configuration.
    """

    kind: str
    mark: str
    version: tuple[tuple[str, str], ...] = ()
    settings: tuple[str, ...] = ()
    plugins: tuple[tuple[str, str], ...] = ()
    data: tuple[str, ...] = ()
    engine: str | None = None
    package: tuple[str, ...] = ()


def _define(name: str) -> str:
    return rf"['\"]{name}['\"]\s*,\s*['\"]([\w.+-]+)"


def _value(name: str) -> str:
    return rf"\b{name}\b['\"]?\]?\s*=>?\s*['\"]v?([\w.+-]+)"


_MAGENTO = r"\s*".join(rf"'{part}'\s*=>\s*'(\d+)',?" for part in ("major", "minor", "revision", "patch"))

KNOWN = (
    Known(
        "wordpress", "wp-includes/version.php", (("wp-includes/version.php", _value("wp_version")),),
        ("wp-config.php", "../wp-config.php", "/etc/wordpress/config-*.php"),
        (("wp-content/plugins/*/*.php", "plugin"), ("wp-content/plugins/*.php", "plugin"),
         ("wp-content/mu-plugins/*.php", "plugin"), ("wp-content/themes/*/style.css", "theme")),
        ("wp-content/uploads",), "mysql", ("wordpress",),
    ),
    Known(
        "drupal", "core/lib/Drupal.php", (("core/lib/Drupal.php", _value("VERSION")),),
        ("sites/*/settings.php", "sites/*/settings.local.php"),
        (("modules/contrib/*/*.info.yml", "module"), ("modules/custom/*/*.info.yml", "module"),
         ("sites/*/modules/*/*.info.yml", "module"), ("themes/contrib/*/*.info.yml", "theme"),
         ("themes/custom/*/*.info.yml", "theme")),
        ("sites/*/files",), "mysql",
    ),
    Known(
        "drupal", "includes/bootstrap.inc",
        (("includes/bootstrap.inc", _define("VERSION")), ("modules/system/system.module", _define("VERSION"))),
        ("sites/*/settings.php", "/etc/drupal/*/sites/*/settings.php", "/etc/drupal/*/sites/*/dbconfig.php"),
        (("sites/*/modules/*/*.info", "module"), ("sites/*/modules/contrib/*/*.info", "module"),
         ("sites/*/modules/custom/*/*.info", "module"), ("sites/*/themes/*/*.info", "theme")),
        ("sites/*/files",), "mysql", ("drupal7", "drupal6"),
    ),
    Known(
        "joomla", "administrator/components/com_config/config.xml",
        (("administrator/manifests/files/joomla.xml", r"<version>([\w.-]+)</version>"),
         ("libraries/joomla/version.php", r"RELEASE\s*=\s*'([\d.]+)'[\s\S]{0,900}?DEV_LEVEL\s*=\s*'(\d+)'"),
         ("libraries/cms/version/version.php", r"RELEASE\s*=\s*'([\d.]+)'[\s\S]{0,900}?DEV_LEVEL\s*=\s*'(\d+)'")),
        ("configuration.php",), (("administrator/components/*/*.xml", "module"),), ("images", "media"), "mysql",
    ),
    Known(
        "mediawiki", "includes/Defines.php",
        (("includes/Defines.php", _define("MW_VERSION")), ("includes/DefaultSettings.php", _value("wgVersion"))),
        ("LocalSettings.php", "/etc/mediawiki/LocalSettings.php"),
        (("extensions/*/extension.json", "plugin"), ("skins/*/skin.json", "theme")), ("images",), "mysql",
        ("mediawiki",),
    ),
    Known(
        "typo3", "typo3/sysext/core/ext_emconf.php",
        (("typo3/sysext/core/Classes/Information/Typo3Version.php", _value("VERSION")),
         ("typo3/sysext/core/ext_emconf.php", _value("version")),
         ("t3lib/config_default.php", _value("TYPO_VERSION"))),
        ("typo3conf/LocalConfiguration.php", "typo3conf/localconf.php", "typo3conf/system/settings.php",
         "../config/system/settings.php", "typo3conf/AdditionalConfiguration.php"),
        (("typo3conf/ext/*/ext_emconf.php", "plugin"),), ("fileadmin", "uploads"), "mysql",
    ),
    Known(
        "typo3", "t3lib/config_default.php", (("t3lib/config_default.php", _value("TYPO_VERSION")),),
        ("typo3conf/LocalConfiguration.php", "typo3conf/localconf.php"),
        (("typo3conf/ext/*/ext_emconf.php", "plugin"),), ("fileadmin", "uploads"), "mysql",
    ),
    Known(
        "magento", "app/Mage.php",
        (("app/Mage.php", _MAGENTO),),
        ("app/etc/local.xml",), (("app/code/local/*/*/etc/config.xml", "module"),), ("media", "var"), "mysql",
    ),
    Known(
        "magento", "app/etc/di.xml",
        (("composer.lock", r"\"magento/product-\w+-edition\",\s*\"version\":\s*\"([\w.-]+)\""),
         ("composer.json", r"\"version\":\s*\"([\w.-]+)\"")),
        ("app/etc/env.php",), (("app/code/*/*/registration.php", "module"),), ("pub/media", "var"), "mysql",
    ),
    Known(
        "prestashop", "classes/PrestaShopAutoload.php",
        (("config/settings.inc.php", _define("_PS_VERSION_")), ("app/AppKernel.php", _value("VERSION")),
         ("src/Core/Version.php", _value("VERSION")), ("install/install_version.php", _define("_PS_INSTALL_VERSION_"))),
        ("config/settings.inc.php", "app/config/parameters.php"), (("modules/*/config.xml", "module"),),
        ("img", "upload", "download"), "mysql",
    ),
    Known(
        "phpmyadmin", "libraries/classes/Config.php",
        (("package.json", r"\"version\":\s*\"([\w.-]+)\""), ("libraries/classes/Version.php", _value("VERSION")),
         ("libraries/classes/Config.php", _define("PMA_VERSION"))),
        ("config.inc.php", "/etc/phpmyadmin/config.inc.php", "/etc/phpmyadmin/config-db.php",
         "/etc/phpMyAdmin/config.inc.php"),
        engine="mysql", package=("phpmyadmin", "phpMyAdmin"),
    ),
    Known(
        "phpmyadmin", "libraries/Config.class.php", (("libraries/Config.class.php", _define("PMA_VERSION")),),
        ("config.inc.php",), engine="mysql",
    ),
    Known(
        "nextcloud", "lib/versioncheck.php", (("version.php", _value("OC_VersionString")),), ("config/config.php",),
        (("custom_apps/*/appinfo/info.xml", "plugin"), ("apps-extra/*/appinfo/info.xml", "plugin"),
         ("apps2/*/appinfo/info.xml", "plugin")), ("data",),
    ),
    Known(
        "owncloud", "ocs/providers.php", (("version.php", _value("OC_VersionString")),), ("config/config.php",),
        (("apps-external/*/appinfo/info.xml", "plugin"),), ("data",), package=("owncloud",),
    ),
    Known(
        "moodle", "lib/moodlelib.php", (("version.php", r"release\s*=\s*['\"]([\d.]+)"),), ("config.php",), (), (),
        None, ("moodle",),
    ),
    Known(
        "roundcube", "program/include/iniset.php", (("program/include/iniset.php", _define("RCMAIL_VERSION")),),
        ("config/config.inc.php", "config/db.inc.php", "config/main.inc.php", "/etc/roundcube/config.inc.php",
         "/etc/roundcube/debian-db.php"), (), (), None, ("roundcube-core", "roundcubemail"),
    ),
    Known("dokuwiki", "lib/exe/xmlrpc.php", (("VERSION", r"(\d{4}-\d\d-\d\d\w*)"),), (), (
        ("lib/plugins/*/plugin.info.txt", "plugin"), ("lib/tpl/*/template.info.txt", "theme")), ("data",), None,
        ("dokuwiki",)),
    Known("phpbb", "includes/ucp/ucp_main.php", (("includes/constants.php", _define("PHPBB_VERSION")),),
          ("config.php",), (("ext/*/*/composer.json", "plugin"),), ("files", "images/avatars/upload"), "mysql"),
    Known("matomo", "core/Piwik.php", (("core/Version.php", _value("VERSION")),), ("config/config.ini.php",), (),
          ("tmp",), "mysql"),
    Known("opencart", "catalog/controller/startup/startup.php", (("index.php", _define("VERSION")),),
          ("config.php", "admin/config.php"), (), ("image",), "mysql"),
    Known("suitecrm", "suitecrm_version.php", (("suitecrm_version.php", _value("suitecrm_version")),),
          ("config.php",), (), ("upload",), "mysql"),
    Known("sugarcrm", "sugar_version.php", (("sugar_version.php", _value("sugar_version")),), ("config.php",), (),
          ("upload",), "mysql"),
    Known("vtiger", "vtigerversion.php", (("vtigerversion.php", _value("vtiger_current_version")),),
          ("config.inc.php",), (), ("storage",), "mysql"),
    Known("glpi", "inc/autoload.function.php", (("inc/define.php", _define("GLPI_VERSION")),),
          ("config/config_db.php", "/etc/glpi/config_db.php"), (("plugins/*/setup.php", "plugin"),), ("files",),
          "mysql", ("glpi",)),
    Known("mantis", "core/constant_inc.php", (("core/constant_inc.php", _define("MANTIS_VERSION")),),
          ("config/config_inc.php", "config_inc.php"), (), (), "mysql", ("mantis",)),
    Known("limesurvey", "application/config/version.php",
          (("application/config/version.php", _value("versionnumber")),), ("application/config/config.php",), (),
          ("upload",), "mysql"),
    Known("cacti", "include/cacti_version", (("include/cacti_version", r"([\d.]+\w?)"),),
          ("include/config.php", "/etc/cacti/db.php", "/etc/cacti/debian.php"), (("plugins/*/INFO", "plugin"),),
          ("rra",), "mysql", ("cacti",)),
    Known("zabbix-frontend", "include/classes/core/ZBase.php",
          (("include/defines.inc.php", _define("ZABBIX_VERSION")),),
          ("conf/zabbix.conf.php", "/etc/zabbix/web/zabbix.conf.php", "/etc/zabbix/zabbix.conf.php"),
          package=("zabbix-frontend-php", "zabbix-web")),
    Known("dolibarr", "filefunc.inc.php", (("filefunc.inc.php", _define("DOL_VERSION")),), ("conf/conf.php",)),
    Known("phppgadmin", "classes/database/Postgres.php", (("libraries/lib.inc.php", _value("appVersion")),),
          ("conf/config.inc.php", "/etc/phppgadmin/config.inc.php"), engine="postgresql", package=("phppgadmin",)),
    Known("squirrelmail", "functions/imap_mailbox.php", (("include/constants.php", _define("SM_VERSION")),),
          ("config/config.php", "config/config_local.php")),
    Known("piwigo", "admin/include/functions_upload.inc.php",
          (("include/constants.php", _define("PHPWG_VERSION")),), ("local/config/database.inc.php",), (),
          ("upload", "galleries"), "mysql"),
    Known("smf", "Sources/Subs-Boards.php", (("index.php", _define("SMF_VERSION")),), ("Settings.php",), (),
          ("attachments",), "mysql"),
    Known("oscommerce", "includes/functions/general.php", (("includes/version.php", r"([\d.]+)"),),
          ("includes/configure.php",), (), ("images",), "mysql"),
    Known("freepbx", "admin/libraries/BMO/FreePBX.class.php", (), ("/etc/freepbx.conf",), engine="mysql"),
    Known("osticket", "include/class.osticket.php", (("bootstrap.php", _define("THIS_VERSION")),),
          ("include/ost-config.php",), engine="mysql"),
    Known("horde", "config/registry.php", (), ("config/conf.php",),
          package=("php-horde",)),
    Known("icingaweb2", "library/Icinga/Application/Version.php",
          (("library/Icinga/Application/Version.php", _value("VERSION")),), (), package=("icingaweb2",)),
    Known("tt-rss", "update_daemon2.php", (), ("config.php", "/etc/tt-rss/config.php", "/etc/tt-rss/database.php"),
          package=("tt-rss",)),
    Known("adminer", "adminer.php", (("adminer.php", r"@version\s+([\d.]+)"),), package=("adminer",)),
    # Frameworks: what is built with them has no name of its own but that of its folder.
    Known("laravel", "artisan", (), (".env", "config/database.php"), (), ("storage",)),
    Known("symfony", "bin/console", (), (".env.local", ".env", "app/config/parameters.yml")),
    Known("symfony", "app/AppKernel.php", (), ("app/config/parameters.yml", "app/config/parameters.ini")),
    Known("codeigniter", "system/core/CodeIgniter.php",
          (("system/core/CodeIgniter.php", _define("CI_VERSION")),
           ("system/core/CodeIgniter.php", _value("CI_VERSION"))), ("application/config/database.php",)),
    Known("codeigniter", "spark", (), (".env", "app/Config/Database.php"), (), ("writable",)),
    Known("cakephp", "bin/cake", (("vendor/cakephp/cakephp/VERSION.txt", r"(?m)^([\d.]+)"),
          ("lib/Cake/VERSION.txt", r"(?m)^([\d.]+)")), ("config/app_local.php", "config/app.php"), (), ("tmp",)),
    Known("cakephp", "lib/Cake/VERSION.txt", (("lib/Cake/VERSION.txt", r"(?m)^([\d.]+)"),),
          ("app/Config/database.php",), (), ("app/tmp",)),
    Known("zend", "config/application.config.php", (),
          ("config/autoload/local.php", "config/autoload/global.php", "config/autoload/*.local.php")),
    Known("zend", "application/configs/application.ini", (), ("application/configs/application.ini",)),
    Known("yii", "yii", (), ("config/db.php", "common/config/main-local.php"), (), ("runtime",)),
)  # fmt: skip

# What composer.lock calls the frameworks, by kind.
FRAMEWORKS = {
    "laravel/framework": "laravel", "laravel/lumen-framework": "laravel", "symfony/framework-bundle": "symfony",
    "symfony/symfony": "symfony", "codeigniter4/framework": "codeigniter", "cakephp/cakephp": "cakephp",
    "zendframework/zendframework": "zend", "zendframework/zend-mvc": "zend", "laminas/laminas-mvc": "zend",
    "yiisoft/yii2": "yii", "yiisoft/yii": "yii", "slim/slim": "slim", "drupal/core": "drupal",
    "typo3/cms-core": "typo3",
    "silverstripe/framework": "silverstripe", "phalcon/devtools": "phalcon", "shopware/core": "shopware",
    "shopware/platform": "shopware", "contao/core-bundle": "contao", "craftcms/cms": "craft", "october/rain": "october",
    "doctrine/orm": "doctrine", "twig/twig": "twig", "guzzlehttp/guzzle": "guzzle", "monolog/monolog": "monolog",
    "illuminate/database": "eloquent", "magento/framework": "magento", "mezzio/mezzio": "mezzio",
}  # fmt: skip
# Those of FRAMEWORKS that an application is called after.
MAIN = frozenset(
    "laravel symfony codeigniter cakephp zend yii slim shopware contao craft october mezzio silverstripe".split()
)
