create table items (name text primary key, amount integer not null);
insert into items values ('bohrer', 41), ('hammer', 17), ('zange', 230);
create table worker (id integer primary key autoincrement, name text, rate text);
