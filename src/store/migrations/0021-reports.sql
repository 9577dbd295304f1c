-- What accounts sent, spent and paid in, hour by hour: statistics of months are sums of these, whatever became of the messages.

-- hour: since 2026-01-01 UTC, as in ids (id / 29491200000). Written once, two hours after its end. Money in millionths.
create table account_hours (
  account_id int      not null, -- who sent; of paid_in: whose balance it is
  hour       int      not null,
  purse      smallint not null,
  messages   int      not null, -- accepted in it; those refused at once are not counted
  charged    bigint   not null, -- for them
  refunded   bigint   not null, -- given back in it, for whatever message
  paid_in    bigint   not null, -- everything that came in and was no refund
  primary key (account_id, hour, purse)
);

-- The first id that is not counted; moved with the rows.
insert into settings values ('hours_counted_until', '0');
