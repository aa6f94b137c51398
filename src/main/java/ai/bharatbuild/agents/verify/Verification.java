package ai.bharatbuild.agents.verify;

/**
 * What came of verifying a project.
 *
 * @param diagnosis what is wrong; null where it is verified
 */
public record Verification(Evidence evidence, Diagnosis diagnosis) {}
