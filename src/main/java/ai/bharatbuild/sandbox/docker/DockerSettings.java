package ai.bharatbuild.sandbox.docker;

import java.nio.file.Path;

/**
 * How sandboxes are made on a Docker engine.
 *
 * @param socket Unix socket of the engine
 * @param network name of the sandboxes' bridge network; made when it is missing
 * @param imagePrefix runtime images are called {@code <prefix>/<type>}
 * @param runtime OCI runtime such as {@code runsc}; empty for the engine's default
 * @param caBundle PEM file with the authorities that sandboxes trust instead of the image's; null
 *     for the image's own
 * @param stateDirectory where files are kept that all sandboxes share; the engine must see it under
 *     the same path
 * @param sockets directory for the sockets of agents, which the engine must see under the same
 *     path; null to reach agents through the engine. Used only where {@code serverIsRoot}
 * @param uid user that commands run as
 * @param gid group that commands run as
 * @param serverIsRoot whether this server may give files to another user. Only then the agent runs
 *     as root in the sandbox, to become {@code uid} for each command; otherwise the whole sandbox
 *     runs as {@code uid}, which must be the server's own
 * @param ownLinks whether the server connects sandboxes to their network itself, where it can
 * @param serverId names this server's data directory; sandboxes with another id are left alone
 */
public record DockerSettings(
    Path socket,
    String network,
    String imagePrefix,
    String runtime,
    Path caBundle,
    Path stateDirectory,
    Path sockets,
    int uid,
    int gid,
    boolean serverIsRoot,
    boolean ownLinks,
    String serverId) {
  /**
   * Whether sandboxes have gVisor's kernel instead of the host's. It lets no socket of theirs
   * appear on the host, so that their agents are reached through the engine.
   */
  public boolean gvisor() {
    return runtime.startsWith("runsc");
  }
}
