CREATE DATABASE tickets CHARACTER SET utf8mb4;
USE tickets;
CREATE TABLE meldung (id INT PRIMARY KEY AUTO_INCREMENT, titel VARCHAR(80));
INSERT INTO meldung (titel) SELECT CONCAT('Stoerung ', seq) FROM seq_1_to_60;
CREATE TABLE sitzung (id INT PRIMARY KEY AUTO_INCREMENT, bis DATETIME);
INSERT INTO sitzung (bis) VALUES ('2030-01-01'), ('2031-01-01');
CREATE USER tickets@localhost IDENTIFIED BY 'Gartenschlaefer-2941-db';
GRANT ALL ON tickets.* TO tickets@localhost;
