-- What accounts have sent on one day, where their settings limit it (users.php: dlim, plim, tlim, ilim). Days are those of the account's
-- zone, counted from 1970. The last request's limit and what was granted to it stand beside the count, so that one statement counts
-- and answers.

create table day_counts (
  account_id int      not null,
  day        int      not null,
  kind       smallint not null, -- lifecycle/day-limits.ts
  key        bigint   not null, -- the number, or a hash of what is counted; 0: everything
  count      int      not null,
  most       int      not null,
  granted    int      not null,
  primary key (account_id, day, kind, key)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000);
create index day_counts_day on day_counts (day);
