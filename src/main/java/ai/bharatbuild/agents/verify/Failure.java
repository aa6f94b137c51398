package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import java.util.Set;

/**
 * What failed, with all that was seen of it.
 *
 * @param step as {@link Diagnosis#step()} names it
 * @param seen the command; null where none was begun
 * @param output all that is known of its output
 * @param probe null where nothing was asked
 * @param files paths of the project's files; empty where they are not known
 */
record Failure(String step, Step seen, String output, ProbeResult probe, Set<String> files) {
  Failure {
    files = Set.copyOf(files);
  }
}
