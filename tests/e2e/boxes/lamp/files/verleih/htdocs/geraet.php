<?php
require_once __DIR__ . '/../include/db.php';
$id = (int) ($_GET['id'] ?? 0);
$zeile = datenbank()->query("SELECT name, preis, verfuegbar(id) AS frei FROM geraet WHERE id = $id")->fetch_assoc();
if (!$zeile) {
    http_response_code(404);
    exit('Kein solches Gerät');
}
header('Content-Type: text/plain; charset=utf-8');
echo mb_strtoupper($zeile['name']), ': ', $zeile['preis'], ' Euro, frei: ', $zeile['frei'], "\n";
