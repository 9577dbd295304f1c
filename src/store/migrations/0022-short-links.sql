-- Short links as their customer asks for them: by id, by the address they lead to, in a list; some end.
alter table short_links
  add column expires_at bigint not null default 0, -- Unix ms; 0: never
  add column clicks_max bigint not null default 0; -- so many people's, then it leads nowhere; 0: any number

create index short_links_account on short_links (account_id, id);
-- Without scheme and slash at the end, so that `mywebsite.ru` finds https://mywebsite.ru/; hashed, for an address may be longer than a key.
create index short_links_url on short_links (account_id, md5(regexp_replace(url, '^https?://|/$', '', 'gi')), id);
-- Whose host is it that a visitor came to?
create index accounts_link_host on accounts ((settings ->> 'link_host')) where settings ->> 'link_host' is not null;
-- What was made by hand is counted.
create index short_links_by_hand on short_links (account_id) where message_id = 0;
