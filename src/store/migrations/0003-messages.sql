-- Messages and everything that follows one. Ids are times (ms since 2026 × 8192 + node × 256 + counter),
-- so a range of ids is a span of time and the partition key. Instants are Unix milliseconds.
-- No index may mention a column that settle or receipt change, or their updates stop being HOT.

-- What settle and receipt change stands at the end: an update then logs only the tail of the row.
create table messages (
  account_id   int      not null,
  id           bigint   not null,
  ref          bigint   not null, -- the customer's number, or the account's counter; 0 where ref_text is set
  price        bigint   not null, -- charged to payer_id for all parts, in millionths
  expires_at   bigint   not null, -- end of the validity period
  due_at       bigint   not null, -- when it was first to be sent
  text_id      bigint   not null default 0, -- the text stands in texts; 0: in body
  first_part_id bigint  not null default 0, -- groups parts that a customer submitted one by one
  request_hash bigint   not null default 0, -- in a request's first row: refills the identical-request window
  payer_id     int      not null,
  route_version int     not null default 0,
  channel      smallint not null, -- domain/channel.ts
  lane         smallint not null, -- 0 urgent, 1 normal, 2 bulk
  parts        smallint not null, -- charged
  dcs          smallint not null default -1, -- asked for by the customer; -1: the connector chooses
  pid          smallint not null default 0,
  priority     smallint not null default 0,
  mccmnc       text     not null default '',
  recipient    text     not null,
  sender       text     not null,
  body         text, -- null: in texts, or binary
  octets       bytea, -- binary: UDH length, UDH, octets
  comment      text, -- for the customer's history only
  ref_text     text, -- the customer's own text id
  refunded     bigint   not null default 0,
  cost         bigint   not null default 0, -- what the carrier takes for it
  state_at     bigint   not null, -- when state was reached
  sent_at      bigint   not null default 0, -- handed to the carrier; 0: not yet
  carrier_id   int      not null default 0, -- 0: none yet
  hops         int      not null default 0, -- how often it was put into the due queue; tells a stale claim from a live one
  flags        smallint not null default 0, -- domain/message.ts
  state        smallint not null, -- status.php's code
  err          smallint not null default 0,
  attempts     smallint not null default 0,
  duplicates   smallint not null default 0, -- times it was sent again after an unknown outcome
  part_states  bytea, -- two octets per wire part (domain/parts.ts); null: one part, told by state
  carrier_ids  text, -- raw, one line per wire part
  receipt      text, -- stat and err as the carrier wrote them
  trace        bytea, -- attempts, compact: time offset, carrier, status
  hlr          text[], -- imsi, msc, mcc, mnc, cn, net, rcn, rnet
  primary key (account_id, id)
) partition by range (id);

create index messages_ref on messages (ref, account_id, recipient);
create index messages_ref_text on messages (ref_text, account_id, recipient) where ref_text is not null;
create index messages_id on messages using brin (id) with (pages_per_range = 32, autosummarize = on);

-- One text for many recipients is stored once.
create table texts (
  id   bigint not null primary key,
  body text   not null
) partition by range (id);

-- Where a receipt finds its message when it comes after settle was written. key is the folded id (domain/receipt.ts).
create table carrier_ids (
  carrier_id int      not null,
  key        text     not null,
  account_id int      not null,
  id         bigint   not null,
  part       smallint not null,
  at         bigint   not null -- when it was written: sweeps for missing receipts walk along it
) partition by range (id);
create index carrier_ids_key on carrier_ids (carrier_id, key);
create index carrier_ids_at on carrier_ids (carrier_id, at);

-- One row per accept commit (low..high) or claim (ids): what a node keeps in memory. Deleted when all of it is settled.
create table journal (
  id       bigint   not null primary key,
  node     smallint not null,
  low      bigint   not null default 0,
  high     bigint   not null default 0,
  ids      bigint[] not null default '{}',
  accounts int[]    not null default '{}',
  hops     int[]    not null default '{}'
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index journal_node on journal (node);

-- Written before queued messages go to a carrier: after a crash, what stands here and is not settled is unknown.
create table handed (
  id         bigint   not null primary key,
  carrier_id int      not null,
  epoch      bigint   not null,
  ids        bigint[] not null,
  hops       int[]    not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- What cannot go out at once: scheduled, waiting for a retry, over the memory's share, for another node, held.
create table due_queue (
  carrier_id int      not null, -- 0: to be routed when due
  lane       smallint not null,
  account_id int      not null,
  due_at     bigint   not null,
  id         bigint   not null,
  reason     smallint not null, -- domain/waiting.ts
  primary key (carrier_id, lane, account_id, due_at, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create unique index due_queue_id on due_queue (id);
create index due_queue_held on due_queue (due_at) where reason = 6;
create index due_queue_unrouted on due_queue (lane, due_at) where carrier_id = 0;

-- Receipts that have found no message yet. Never dropped: shown as orphans.
create table parked_receipts (
  id         bigint   generated by default as identity primary key,
  carrier_id int      not null,
  keys       text[]   not null,
  carrier_raw text[]  not null,
  state      text     not null,
  stat       text     not null,
  err        text     not null,
  recipient  text     not null,
  sender     text     not null,
  at         bigint   not null,
  done_at    bigint   not null default 0,
  matched_id bigint   not null default 0 -- the message it found later
);
create index parked_receipts_open on parked_receipts (at) where matched_id = 0;

create table incoming (
  id         bigint   not null primary key,
  carrier_id int      not null,
  account_id int      not null default 0, -- 0: nobody's yet
  sender     text     not null,
  recipient  text     not null,
  body       text     not null,
  complete   boolean  not null default true,
  at         bigint   not null
);
create index incoming_account on incoming (account_id, id);

create table incoming_parts (
  carrier_id int      not null,
  sender     text     not null,
  recipient  text     not null,
  reference  int      not null,
  total      smallint not null,
  number     smallint not null,
  body       text     not null,
  at         bigint   not null,
  joined     boolean  not null default false, -- kept for a while: the carrier may send a part twice
  primary key (carrier_id, sender, recipient, reference, total, number)
);

-- Numbers that subscribers write to, and whose they are.
create table numbers (
  number     text primary key,
  account_id int  references accounts on delete set null, -- null: nobody's yet
  shared     boolean not null default false
);

create table short_links (
  id         bigint   generated by default as identity primary key,
  code       text     not null unique,
  account_id int      not null,
  message_id bigint   not null default 0, -- the message it was made for; 0: made by hand
  url        text     not null,
  clicks     bigint   not null default 0, -- people
  machine_clicks bigint not null default 0, -- HEAD requests, previews and repeats
  created_at timestamptz not null default now()
);

create table clicks (
  link_id bigint   not null references short_links on delete cascade,
  at      bigint   not null,
  machine boolean  not null,
  visitor bytea    not null -- a short keyed hash, not the address
);
create index clicks_link on clicks (link_id, at);
