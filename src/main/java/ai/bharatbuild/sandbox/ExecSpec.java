package ai.bharatbuild.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One command to run.
 *
 * @param argv program and arguments; a shell line is {@code /bin/sh -c line}
 * @param environment added to the sandbox's own
 * @param workingDir absolute path in the sandbox
 * @param timeout wall time after which the whole tree is killed; zero for none
 * @param maxOutput bytes of both streams together after which the tree is killed; zero for none
 * @param stdin whether the command's input can be written; otherwise it is empty
 * @param killChildren whether processes left in the background end with the command
 */
public record ExecSpec(
    String execId,
    List<String> argv,
    Map<String, String> environment,
    String workingDir,
    Duration timeout,
    long maxOutput,
    boolean stdin,
    boolean killChildren) {}
