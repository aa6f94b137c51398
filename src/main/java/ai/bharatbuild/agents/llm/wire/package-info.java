/**
 * What the adapters of language models have in common: an HTTP exchange whose answer is pulled
 * ({@link ai.bharatbuild.agents.llm.wire.Transport}), server-sent events within bounds, and the
 * stream that turns them into the port's events. An adapter is a {@link
 * ai.bharatbuild.agents.llm.wire.Protocol}.
 *
 * <p>The event parser is our own: the web client's codec takes the two bytes of a CR LF for two
 * ends of lines, and so cuts events of servers that send them, and it stops for good at an event of
 * more than 4 KiB.
 */
package ai.bharatbuild.agents.llm.wire;
