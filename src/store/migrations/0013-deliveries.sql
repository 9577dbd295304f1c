-- What is owed to customers' SMPP sessions: receipts, intermediate notifications, incoming messages, a deliver_sm each.
-- Committed with what it tells of; gone soon after a session has acknowledged it. Ids are of the events, made like those of
-- messages; an incoming message's has its own id.
create table deliveries (
  account_id int      not null,
  lane       smallint not null, -- its message's: what is transactional goes before advertising; 0 for incoming messages
  id         bigint   not null,
  message_id bigint   not null, -- of messages, or of incoming
  at         bigint   not null, -- when it happened
  kind       smallint not null, -- 1 receipt · 2 intermediate notification · 3 incoming message
  state      smallint not null default 0, -- as it was then: status.php's code; -2 cancelled by its sender
  err        smallint not null default 0,
  node       smallint not null default -1, -- has it in memory; -1: none has
  attempts   smallint not null default 0, -- refused by a session so often
  primary key (account_id, lane, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000);

-- Most rows are born in a node's memory and never stand here.
create index deliveries_waiting on deliveries (account_id, lane, id) where node < 0;
