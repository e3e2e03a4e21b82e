create role archiv login password 'Wegwarte-2207-archiv';
create role lager login password 'Schafgarbe-9043-lager';
create database archiv owner archiv;
create database lager owner lager;
\c archiv
set role archiv;
create table akte (id int primary key, titel text);
insert into akte values (1, 'Bau'), (2, 'Kauf'), (3, 'Miete');
\c lager
set role lager;
create table artikel (id int primary key, name text);
insert into artikel values (1, 'Schraube'), (2, 'Mutter');
