<?php
require_once __DIR__ . '/../include/db.php';
session_start();
$_SESSION['besuche'] = ($_SESSION['besuche'] ?? 0) + 1;
$redis = merker();
$speicher = zwischenspeicher();
$speicher->set('probe', 'ok', 60);
?>
<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Geräteverleih</title>
<link rel="stylesheet" href="style.css"></head><body>
<h1>Geräteverleih Lindenthal</h1>
<p><?= htmlspecialchars($redis->get('hinweis') ?: 'kein Hinweis') ?>, Speicher <?= $speicher->get('probe') ?: 'fehlt' ?></p>
<ul>
<?php foreach (datenbank()->query('SELECT id, name, preis FROM geraet ORDER BY id LIMIT 40') as $zeile) { ?>
<li><a href="geraet.php?id=<?= $zeile['id'] ?>"><?= htmlspecialchars($zeile['name']) ?></a> <?= $zeile['preis'] ?></li>
<?php } ?>
</ul>
<ul>
<?php foreach (glob(UPLOAD_DIR . '/*.jpg') as $bild) { ?>
<li><a href="uploads/<?= basename($bild) ?>"><?= basename($bild) ?></a> <?= filesize($bild) ?></li>
<?php } ?>
</ul>
</body></html>
