-- E-mails are few among an account's messages, and are listed apart; this costs other messages nothing.
create index messages_mail on messages (account_id, id) where channel = 8;
