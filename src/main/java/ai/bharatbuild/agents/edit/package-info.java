/**
 * Changes of files as models write them: whole files, searches with replacements, unified diffs.
 *
 * <p>A change is applied in memory, whole or not at all. Each of its blocks is looked for exactly,
 * then without regard to whitespace, then by similarity within the bounds of {@link
 * ai.bharatbuild.agents.edit.BlockFinder}; a block that is not found, or in more than one place, is
 * told with the file's real lines, so that the model can do better.
 */
package ai.bharatbuild.agents.edit;
