/**
 * What the stages of a run work with: the workspace and its sandbox, the language model, the run's
 * events. Ports only; the run gives them, stages know nothing of servers, buses or databases.
 *
 * <p>A stage is plain sequential code on a virtual thread of its run's own: calls block it until
 * they are done, and throw {@link ai.bharatbuild.agents.work.RunStoppedException} when the run is
 * cancelled or the server stops.
 */
package ai.bharatbuild.agents.work;
