-- Parts that were joined are kept for ten minutes to know repetitions by; those that wait, and those to forget, are found beside them.
create index incoming_parts_waiting on incoming_parts (carrier_id, sender, recipient, reference, total, number) include (at) where not joined;
create index incoming_parts_joined on incoming_parts (at) where joined;
