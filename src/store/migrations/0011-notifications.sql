-- What customers' handlers (accounts.settings url) are to be told, and what they were told. Ids are of the events, made like
-- those of messages; an incoming message's event has its own id.

-- Committed with what it tells of; small, because what was told leaves it.
create table outbox (
  account_id int      not null,
  due_at     bigint   not null, -- when the handler is next called; at first when it happened, which keeps the order
  id         bigint   not null,
  kind       smallint not null, -- 1 status · 2 incoming message · 3 call
  message_id bigint   not null, -- of messages, or of incoming; 0: the event has no row of its own
  state      smallint not null default 0, -- status events: as it was then
  err        smallint not null default 0,
  at         bigint   not null, -- when it happened
  first_at   bigint   not null default 0, -- of the first call; 0: none yet
  attempts   smallint not null default 0, -- calls since then
  detail     text, -- calls: who called and which number, a line each
  tries      text, -- a line for each call: Unix ms, how long it took, HTTP status or 0, why it failed
  primary key (account_id, due_at, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- Told, or given up; kept for some days, to be looked at and told again.
create table notifications (
  account_id int      not null,
  id         bigint   not null,
  kind       smallint not null,
  message_id bigint   not null,
  state      smallint not null,
  err        smallint not null,
  at         bigint   not null,
  done_at    bigint   not null,
  delivered  boolean  not null, -- false: given up
  detail     text,
  tries      text,
  primary key (account_id, id)
);
create index notifications_message on notifications (message_id);
create index notifications_id on notifications using brin (id) with (pages_per_range = 32, autosummarize = on);

-- What is known of an account's handler. One node calls it at a time, which keeps the order.
create table handlers (
  account_id  int      primary key,
  node        smallint not null default -1, -- calls it
  until       bigint   not null default 0, -- unless it is silent until then
  next_at     bigint   not null default 0, -- not called before
  probes      int      not null default 0, -- calls that failed since it was taken to be down; 0: it is not
  down_since  bigint   not null default 0,
  reason      text     not null default '', -- why it is down or stopped
  stopped_url text     not null default '', -- it answered 410 at this address: called no more until the address changes
  webhook_key text     not null default '' -- Standard Webhooks: headers are signed with it
);

-- Accounts with a handler are few, and are looked for every other second.
create index accounts_handler on accounts (id) where settings ? 'url';
