-- Sub-clients: tariffs that users.php names by number, additional logins, deleted accounts, money between accounts.

-- A number has one tariff in each currency.
alter table tariffs add column number int check (number between 0 and 999);
create unique index tariffs_number on tariffs (number, currency) where number is not null;
update tariffs set number = 0 where name = 'default';

-- same_as: an additional login of that account, with a password, keys and settings of its own and nothing else.
alter table accounts add column same_as int references accounts, add column deleted_at timestamptz;
create index accounts_parent on accounts (parent_id) where parent_id is not null;

-- Of what moved between a main account and its sub-client: the other of the two, and what one unit of the sub-client's currency was
-- worth in the main account's, in hundred-millionths. Both postings have the same id.
alter table postings add column peer_id int, add column rate bigint;
