-- Why somebody who is blocked is: 'deactivated' until they sign in again, 'deleted' for ever; null: by an administrator.
alter table users add column blocked_as varchar(20);
