-- A document may be kept as files of several kinds, each with versions of its own.
alter table documents drop constraint documents_project_id_type_version_key;
alter table documents add constraint documents_one_of_each unique (project_id, type, mime_type, version);
