/**
 * Who plans, writes and repairs projects: {@link ai.bharatbuild.agents.author.ModelAuthor} with a
 * language model and tools, {@link ai.bharatbuild.agents.author.TemplateAuthor} without.
 *
 * <p>A model works in conversations. Each has a few tools that reach the workspace and its sandbox
 * and nothing else; what comes out of files and commands is marked as data, with what looks like a
 * key taken out. Every conversation is bounded in turns, calls and tokens.
 */
package ai.bharatbuild.agents.author;
