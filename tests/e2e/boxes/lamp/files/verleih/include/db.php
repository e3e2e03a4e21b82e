<?php
require_once '/var/www/verleih/include/config.php';

function datenbank(): mysqli
{
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $db = new mysqli(DB_HOST, DB_USER, DB_PASSWORD, DB_NAME);
    $db->set_charset('utf8mb4');
    return $db;
}

function merker(): Redis
{
    $redis = new Redis();
    $redis->connect(REDIS_HOST, REDIS_PORT);
    $redis->auth(REDIS_PASSWORD);
    return $redis;
}

function zwischenspeicher(): Memcached
{
    $speicher = new Memcached();
    $speicher->addServer(MEMCACHED_HOST, MEMCACHED_PORT);
    return $speicher;
}
