-- Which message each refund was for, and the books of each month.

-- What went back for a message, and what was charged again after a late receipt (negative). Written with the posting that sums
-- it up; id is that posting's, so its month is dropped with the last month of messages it can speak of.
create table refunds (
  id         bigint   not null,
  payer_id   int      not null,
  purse      smallint not null,
  account_id int      not null,
  message_id bigint   not null,
  amount     bigint   not null,
  primary key (id, account_id, message_id)
) partition by range (id);
create index refunds_message on refunds (message_id);

-- Refunds posted before this id have no rows above: they are proved as one sum. An hour is left for nodes of the version before.
insert into settings
select 'refunds_since', case when exists (select from messages limit 1)
  then to_jsonb((((extract(epoch from now()) * 1000)::bigint - 1767225600000 + 3600000) * 8192)) else '0' end;

-- The audit and the closing walk along the postings of everybody. They are written in the order of their ids, near enough.
create index postings_id on postings using brin (id) with (pages_per_range = 32, autosummarize = on);

-- A row per payer, purse and month, made when the month has ended. charged, refunded and messages are sums of message rows;
-- the rest are sums of the month's postings: what is posted later, also for messages of the month, is the later month's.
alter table closings
  add column from_id        bigint not null default 0,
  add column opening        bigint not null default 0,
  add column topped_up      bigint not null default 0,
  add column charges_posted bigint not null default 0, -- positive takes from the balance
  add column refunds_posted bigint not null default 0,
  add column corrected      bigint not null default 0,
  add column transferred    bigint not null default 0,
  add column balance        bigint not null default 0,
  add column dropped        boolean not null default true, -- its messages are gone; older versions closed a month to drop it
  add column closed_at      timestamptz not null default now();
create index closings_until on closings (until_id);
