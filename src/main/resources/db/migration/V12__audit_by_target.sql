-- Whose account a refused sign-in was for stands in the target of its line.
create index audit_log_of_target on audit_log (target, at desc, id);
