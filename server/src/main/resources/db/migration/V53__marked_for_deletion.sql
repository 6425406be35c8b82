-- Projects and groups that were deleted but can still be brought back: hidden from all but their owners until a task deletes
-- them for good.
alter table projects add column marked_at bigint;
alter table projects add column marked_by varchar(255);
-- The group above that was deleted; null: the project itself was.
alter table projects add column marked_with bigint;
alter table namespaces add column marked_at bigint;
alter table namespaces add column marked_by varchar(255);
alter table namespaces add column marked_with bigint;
