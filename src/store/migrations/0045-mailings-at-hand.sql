-- The additional login (users.php, type 4) that made a mailing: it is sent under that login's settings. Null: the account's own.
alter table mailings add column login_id int;

-- What became of a slice's messages, so that telling about a mailing need not read all of them again: those that have ended, and
-- the ids of those that have not. `open` is null while nobody has counted, or where there are too many to name.
alter table mailing_slices
  add column delivered int not null default 0,
  add column failed int not null default 0,
  add column open bigint[],
  add column corrected_at timestamptz not null default '-infinity'; -- when an end in it became another: what was counted before is void

-- By a message to its slice.
create index mailing_slices_messages on mailing_slices (account_id, low);
