-- Prices that an account has for itself, before those of its tariff: a list of the same shape as a tariff's.

alter table price_lists add column account_id int unique references accounts on delete cascade;
alter table price_lists drop constraint price_lists_check;
alter table price_lists add constraint price_lists_check check (num_nonnulls(tariff_id, carrier_id, account_id) = 1);
