package ai.bharatbuild.agents.verify;

/**
 * What came of verifying a project.
 *
 * @param diagnosis what is wrong; null where it is verified
 * @param tree the files as they were at the end; null where nothing could be seen
 */
public record Verification(Evidence evidence, Diagnosis diagnosis, Tree tree) {}
