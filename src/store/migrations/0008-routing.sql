-- Routes by account, sender and time of day, that share, compare and protect; and how well carriers deliver.

alter table routes
  add column account_id         int      not null default 0, -- 0: everybody's
  add column sender             text     not null default '', -- with * at its end: how a sender begins
  add column from_minute        smallint not null default 0 check (from_minute between 0 and 1439), -- equal minutes: always
  add column to_minute          smallint not null default 0 check (to_minute between 0 and 1439),
  add column utc_offset_minutes smallint not null default 180 check (utc_offset_minutes between -840 and 840), -- the clock of these minutes
  add column weight             int      not null default 100 check (weight >= 0),
  add column losses             text     not null default '' check (losses in ('', 'allow', 'warn', 'stop')), -- '': as the centre does
  add column no_receipt_minutes int      not null default 0 check (no_receipt_minutes >= 0); -- sent anew without a receipt by then; 0: never

-- How routes of one channel and priority stand to each other; without a row: the more specific first.
create table route_sets (
  channel  text not null,
  priority int  not null,
  strategy text not null check (strategy in ('order', 'weight', 'cost', 'quality')),
  sticky   text not null default 'none' check (sticky in ('none', 'recipient', 'sender', 'both')),
  primary key (channel, priority)
);

-- What became of the messages a carrier took, by the hour of their end. Counted in memory, written every few seconds.
create table carrier_quality (
  hour       int    not null, -- of Unix time
  carrier_id int    not null references carriers on delete cascade,
  mccmnc     text   not null,
  delivered  int    not null,
  failed     int    not null,
  latency_ms bigint not null, -- of the delivered ones together
  primary key (hour, carrier_id, mccmnc)
) with (fillfactor = 50);

insert into settings values ('route_losses', '"warn"') on conflict (name) do nothing;
