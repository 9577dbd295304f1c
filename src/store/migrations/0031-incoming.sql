-- What becomes of messages from handsets: whose they are, and what is owed for them.

-- The last message that its account had sent to the subscriber when it came; 0: not looked for, or none.
alter table incoming add column answered_id bigint not null default 0;

-- A row for each message that something is still to be done with; written by the statement that stores the message.
create table incoming_tasks (
  id         bigint   primary key, -- of incoming
  account_id int      not null, -- 0: it came to a shared number, and whose it is has to be found out
  due_at     bigint   not null,
  node       smallint not null default -1, -- has it in hand; -1: none
  attempts   smallint not null default 0,
  done       boolean  not null default false -- the message has another id now; kept for a while, or it might be stored twice
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index incoming_tasks_due on incoming_tasks (due_at);

-- Messages that the centre owes in an account's name: what it forwards, auto-replies, notices. The id is the number that the message
-- will have, by which a second try finds what the first one did.
create table follow_ups (
  id         bigint   primary key,
  account_id int      not null,
  kind       smallint not null, -- 1 forwarded to a phone · 2 forwarded by e-mail · 3 auto-reply · 4 notice
  recipient  text     not null,
  body       text     not null,
  at         bigint   not null, -- when it was called for
  due_at     bigint   not null,
  node       smallint not null default -1,
  attempts   smallint not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index follow_ups_due on follow_ups (due_at);

-- Whom an account has answered by itself, and when last: not again within ten minutes.
create table auto_replies (
  account_id int    not null,
  subscriber text   not null,
  at         bigint not null,
  primary key (account_id, subscriber)
);

-- Words at the beginning of a message to a shared number that say whose it is; a login does without one.
create table number_keywords (
  word       text primary key, -- in small letters
  account_id int  not null references accounts on delete cascade
);

-- An entry that a subscriber made by writing STOP; null: entered by hand.
alter table blacklist
  add column opted_out_at   bigint,
  add column opt_out_text   text,
  add column opt_out_number text,   -- what the subscriber wrote to
  add column answered_id    bigint, -- the message that was answered; 0: none was found
  add column type_before    smallint; -- the entry was there already, by hand
-- Those of an account are listed.
create index blacklist_opted_out on blacklist (account_id, id) where opted_out_at is not null;
