-- Delivery control (users.php fl[5], fl2[24]): a message that is not delivered goes out once more. Null: it is not under control.
-- {on, sender, validityMs}, and from the second attempt on {first}: what came of the one before (src/domain/delivery-control.ts).
alter table messages add column control jsonb;

-- Accounts whose messages choose among routes otherwise than the others' (fl2[9], fl2[24]).
create index accounts_route_wish on accounts (id) where settings ?| array['fl2[9]', 'fl2[24]'];
