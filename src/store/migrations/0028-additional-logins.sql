-- The additional login (users.php, type 4) that a message came by: statistics tell its own. Null and 0: the account's own login.
alter table messages add column login_id int;

create index accounts_same_as on accounts (same_as) where same_as is not null;
