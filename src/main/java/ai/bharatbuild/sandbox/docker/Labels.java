package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.SandboxSpec;
import java.util.HashMap;
import java.util.Map;

/** The container labels by which a server finds its sandboxes again. */
final class Labels {
  static final String SERVER = "ai.bharatbuild.server";
  static final String WORKSPACE = "ai.bharatbuild.workspace";
  static final String INCARNATION = "ai.bharatbuild.incarnation";
  static final String TYPE = "ai.bharatbuild.type";

  /** The address that the server gave to it, where it is not the engine's. */
  static final String ADDRESS = "ai.bharatbuild.address";

  /** On images, and so on containers: the version of the agent's protocol that they speak. */
  static final String AGENT = "ai.bharatbuild.agent";

  /** The first version whose agent has a socket of its own. */
  static final int SOCKET_VERSION = 2;

  private static final int OLDEST_VERSION = 1;

  private static final String GIVEN = "ai.bharatbuild.label.";

  private Labels() {}

  /**
   * @param address what the server gave to it; null for none
   */
  static Map<String, String> of(SandboxSpec spec, String serverId, String address) {
    Map<String, String> labels = new HashMap<>();
    spec.labels().forEach((name, value) -> labels.put(GIVEN + name, value));
    labels.put(SERVER, serverId);
    labels.put(WORKSPACE, spec.workspaceId());
    labels.put(INCARNATION, spec.incarnation());
    labels.put(TYPE, spec.type().id());
    if (address != null) {
      labels.put(ADDRESS, address);
    }
    return labels;
  }

  /** The version of the agent's protocol; 0 when there is none that this server speaks. */
  static int agentVersion(Map<String, String> labels) {
    String version = labels == null ? "" : labels.getOrDefault(AGENT, "");
    for (int known = OLDEST_VERSION; known <= SOCKET_VERSION; known++) {
      if (version.equals(Integer.toString(known))) {
        return known;
      }
    }
    return 0;
  }

  /** Those that the sandbox's maker gave, under their own names. */
  static Map<String, String> given(Map<String, String> labels) {
    Map<String, String> given = new HashMap<>();
    labels.forEach(
        (name, value) -> {
          if (name.startsWith(GIVEN)) {
            given.put(name.substring(GIVEN.length()), value);
          }
        });
    return Map.copyOf(given);
  }
}
