CREATE USER 'verleih'@'localhost' IDENTIFIED BY 'Birkenhain-4471-verleih';
GRANT ALL PRIVILEGES ON verleih.* TO 'verleih'@'localhost';
CREATE USER 'bericht'@'%' IDENTIFIED BY 'Moorgrund-7719-bericht';
GRANT SELECT ON archiv.* TO 'bericht'@'%';
GRANT SELECT (id, name) ON verleih.geraet TO 'bericht'@'%';
