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
    boolean network,
    List<Integer> publish,
    Map<String, String> environment,
    Map<String, String> labels) {}
