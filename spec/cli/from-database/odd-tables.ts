/** Whatever SQLite allows and an entity may stumble over. */
export const ODD_TABLES = `
create table "order" (id integer primary key autoincrement, "select" text not null default 'it''s', "group by" text, constructor text);
create table no_key (a text, b integer);
create table dotted ("a.b" integer primary key, "c.d" text);
create table by_letter (code text primary key, label text) without rowid;
create table strictly (id integer primary key, n int not null, r real, b blob, v any) strict;
create table kinds (id varchar(20) primary key, name nvarchar(160) collate nocase, price numeric(10,2) default 0.5, born date,
  at datetime default current_timestamp, ok boolean not null default 1, u uuid, js json, v, w "DOUBLE  PRECISION", "e.f" text);
create table pair (a integer not null, b text not null, v text, primary key (b, a));
create table pair_user (id integer primary key, pair_a integer, pair_b text,
  foreign key (pair_b, pair_a) references pair (b, a) on delete cascade on update set null);
create table pivot (order_id integer not null references "ORDER" (id) on delete cascade, strictly_id integer not null references strictly,
  primary key (order_id, strictly_id));
create table profile (id integer primary key, order_id integer not null unique references "order" (id) deferrable initially deferred,
  status text not null check (status in ('open', 'it''s')), kind text constraint kind_is check (kind in ('a','b')), n integer check (n > 0));
create table computed (id integer primary key, first text, whole text generated always as (first || '!') virtual, up text as (upper(first)) stored);
create table "größe ñandú" ("ключ" integer primary key, "the value?" text, "2nd" text);
create table tree (id integer primary key, parent_id integer references tree (id), name text unique);
create unique index tree_name_lower on tree (lower(name));
create index tree_open on tree (parent_id) where name is not null;
create index tree_down on tree (name desc, parent_id);
create table by_name (id integer primary key, name text references tree (name), gone_id integer references gone (id));
create table overlapping (id integer primary key, b text references by_letter (code), a integer, foreign key (b, a) references pair (b, a));
create table account_note (id int primary key references user_account, "__proto__" text, note text);
create table constructor (id integer primary key);
create index kinds_dotted on kinds (name, "e.f");
create table int_user (id integer primary key, strictly_id bigint references strictly);
create table "user account" (id integer primary key);
create table user_account (id int primary key not null);
create table ${'long_'.repeat(14)}name (id integer primary key, ${'long_'.repeat(14)}column text);
create table seconds (id integer primary key, at timestamp);
create table moments (id integer primary key, at datetime);
create table post (id integer primary key, title text not null, body text);
create table order_post (post_id integer not null references post on delete cascade on update cascade,
  order_id integer not null references "order" on delete cascade on update cascade, primary key (order_id, post_id));
create virtual table post_text using fts5 (title, body);
create trigger post_ai after insert on post begin insert into post_text (rowid, title, body) values (new.id, new.title, new.body); end;
create view open_profile as select * from profile where status = 'open';
insert into post (title, body) values ('Hello', 'world');
insert into seconds (at) values (1700000000);
insert into moments (at) values (1700000000000);
insert into kinds (id, born, ok, v) values ('a', '2020-02-29', 1, x'00');
insert into tree (id, name) values (1, 'root');
insert into "order" ("select") values ('first');
insert into order_post (order_id, post_id) values (1, 1);
`;
