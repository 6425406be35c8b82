-- Since when the bytes of a bundle are not kept any more; null while they are. The row stays, since rollouts name it.
alter table bundles add column expired_at bigint;
