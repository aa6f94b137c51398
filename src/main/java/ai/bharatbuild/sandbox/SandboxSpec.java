package ai.bharatbuild.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything a runtime needs to make a sandbox.
 *
 * @param workspaceId id of the workspace, unique among live sandboxes; empty when the sandbox is
 *     made before it is known for whom
 * @param incarnation random id of this sandbox; fences off leftovers of an earlier one with the
 *     same workspace id
 * @param type selects the image
 * @param workspace absolute host path of the directory mounted at {@code /workspace}
 * @param network where its connections may go
 * @param names directory with the files {@code hosts} and {@code resolv.conf} for its {@code /etc};
 *     no other names are resolved then. Null for the runtime's own way
 * @param publish container ports to publish on the host's loopback address; usually empty
 * @param environment variables that every command in the sandbox gets
 * @param labels kept with the sandbox and given back by {@link SandboxRuntime#list()}; names
 *     without prefix, the runtime adds its own
 */
public record SandboxSpec(
    String workspaceId,
    String incarnation,
    ProjectType type,
    Path workspace,
    Limits limits,
    NetworkPolicy network,
    Path names,
    List<Integer> publish,
    Map<String, String> environment,
    Map<String, String> labels) {

  /** One with all public addresses, or with no network. */
  public SandboxSpec(
      String workspaceId,
      String incarnation,
      ProjectType type,
      Path workspace,
      Limits limits,
      boolean network,
      List<Integer> publish,
      Map<String, String> environment,
      Map<String, String> labels) {
    this(
        workspaceId,
        incarnation,
        type,
        workspace,
        limits,
        network ? NetworkPolicy.EGRESS : NetworkPolicy.NONE,
        null,
        publish,
        environment,
        labels);
  }

  SandboxSpec withNames(Path directory) {
    return new SandboxSpec(
        workspaceId,
        incarnation,
        type,
        workspace,
        limits,
        network,
        directory,
        publish,
        environment,
        labels);
  }
}
