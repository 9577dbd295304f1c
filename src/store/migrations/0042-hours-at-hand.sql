-- The hours of an account lie apart, as they were counted; a year of them is read from the index alone.
create index account_hours_sums on account_hours (account_id, purse, hour) include (messages, charged, refunded, paid_in);
