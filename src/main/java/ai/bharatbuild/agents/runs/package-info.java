/**
 * Runs: what agents do for one prompt, from the plan to a project that is proven to work, or to an
 * honest failure.
 *
 * <p>A run lives apart from any connection. Its state is a file that is replaced at each step, its
 * events are a log that any number of readers follow; a server that starts again goes on from the
 * last step. {@link ai.bharatbuild.agents.runs.AgentVerticle} owns the runs of a share of the jobs;
 * the work of each run is sequential code on a virtual thread of its own.
 */
package ai.bharatbuild.agents.runs;
