package ai.bharatbuild.bus;

import ai.bharatbuild.problem.Problem;

/** What travels back: a value, or the problem that the caller is to be told. */
record Answer(Object value, Problem problem) {}
