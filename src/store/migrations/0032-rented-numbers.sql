-- Numbers that customers rent by the month (receive_phones.php).
alter table numbers
  add column price        bigint check (price >= 0), -- a month, in millionths of the base currency; null: not for rent
  add column paid_until   bigint, -- Unix ms: the month's end in the account's zone; null: given to the account, not rented
  add column prolong      boolean not null default true, -- rented for the next month too
  add column connected_at bigint;
create index numbers_account on numbers (account_id) where account_id is not null;
create index numbers_paid_until on numbers (paid_until) where paid_until is not null;
