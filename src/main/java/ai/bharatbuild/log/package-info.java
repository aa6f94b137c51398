/**
 * Append-only, numbered event logs: one writer, any number of readers that resume where they were.
 *
 * <p>Events are stored as the server-sent-event records that go to clients, so they are encoded
 * once. The newest are in memory, all that is kept is in segment files, and what is no longer kept
 * is reported to the readers that missed it. Nothing here knows what the events mean, except {@link
 * ai.bharatbuild.log.OutputEncoder}, which makes them from a command's output.
 */
package ai.bharatbuild.log;
