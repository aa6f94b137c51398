package ai.bharatbuild.agents.llm;

/**
 * A part of the instructions.
 *
 * @param cacheBreakpoint whether everything up to its end (tools come first) stays the same in the
 *     next calls, so that a provider may keep it
 */
public record SystemBlock(String text, boolean cacheBreakpoint) {}
