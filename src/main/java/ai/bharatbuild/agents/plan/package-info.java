/**
 * The plan of a project as data: what is to be done, which files there are to be, which commands
 * install, build, test and run it, and what proves that it is alive. It is kept as {@code
 * plan.json}, in one form for one plan, so that it can be edited and compared.
 */
package ai.bharatbuild.agents.plan;
