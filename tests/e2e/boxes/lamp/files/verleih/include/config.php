<?php
// Zugangsdaten
define('DB_HOST', 'localhost');
define('DB_NAME', 'verleih');
define('DB_USER', 'verleih');
define('DB_PASSWORD', 'Birkenhain-4471-verleih');
define('REDIS_HOST', '127.0.0.1');
define('REDIS_PORT', 6379);
define('REDIS_PASSWORD', 'Schilfrohr-6203-redis');
define('MEMCACHED_HOST', '127.0.0.1');
define('MEMCACHED_PORT', 11211);
define('UPLOAD_DIR', '/var/www/verleih/htdocs/uploads');
