-- A route may have a sender of its own, for names that its carrier does not carry. Who was told of a low balance (users.php, nb) is not
-- told again until the balance was above the level.

alter table routes add column replace_sender text not null default '';

create table low_balance_notices (
  account_id int    not null primary key,
  at         bigint not null
);
