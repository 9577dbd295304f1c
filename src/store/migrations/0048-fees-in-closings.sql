-- What a month's fees came to stands by itself; in months that are closed already it stays among the corrections.
alter table closings add column fees bigint not null default 0;
