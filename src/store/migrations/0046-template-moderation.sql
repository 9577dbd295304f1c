-- The operators' templates wait for the moderator before texts are compared with them. Those that are there have been in use.

alter table operator_templates
  add column status   smallint not null default 1 check (status in (-1, 0, 1)), -- -1 rejected, 0 waits, 1 in use
  add column reason   text     not null default '', -- why it was rejected
  add column added_at bigint   not null default 0; -- Unix ms
create index operator_templates_id on operator_templates (id);
create index operator_templates_status on operator_templates (status, id);
