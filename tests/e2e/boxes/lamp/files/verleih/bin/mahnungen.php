#!/usr/bin/php
<?php
require_once __DIR__ . '/../include/db.php';
$zeilen = [];
foreach (datenbank()->query('SELECT a.id, g.name FROM ausleihe a JOIN geraet g ON g.id = a.geraet WHERE a.zurueck IS NULL ORDER BY a.id') as $z) {
    $zeilen[] = $z['id'] . ';' . $z['name'];
}
file_put_contents('/var/lib/verleih/mahnungen.csv', implode("\n", $zeilen) . "\n");
merker()->set('mahnungen', count($zeilen));
echo count($zeilen), " Mahnungen\n";
