/**
 * Finds out whether a project works: its commands run in its sandbox, and it answers where its plan
 * says. What was seen is kept as evidence; what failed is classified, so that nobody spends money
 * on what no change of the project can mend.
 */
package ai.bharatbuild.agents.verify;
