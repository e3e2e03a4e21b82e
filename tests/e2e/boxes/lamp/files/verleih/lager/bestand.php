<?php
require_once '/var/www/verleih/include/db.php';
header('Content-Type: text/plain; charset=utf-8');
foreach (datenbank()->query('SELECT kategorie, count(*) AS zahl FROM geraet GROUP BY kategorie ORDER BY kategorie') as $zeile) {
    echo $zeile['kategorie'], ' ', $zeile['zahl'], "\n";
}
