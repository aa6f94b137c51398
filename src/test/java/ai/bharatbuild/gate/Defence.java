package ai.bharatbuild.gate;

/**
 * One thing that confines programs in a sandbox. Each target knows how to take just this one away,
 * which is what the negative control of a {@link Program} does.
 */
enum Defence {
  PROCESS_COUNT("process count"),
  MEMORY("memory limit"),
  SWAP("swap counts as memory"),
  DISK_SIZE("size of the workspace's volume"),
  FILE_SIZE("file size limit"),
  TEMPORARY_SIZE("size of /tmp"),
  SHARED_MEMORY("size of /dev/shm"),
  DESCRIPTORS("open files limit"),
  CPU_SHARE("processor share"),
  SECCOMP("seccomp filter"),
  NO_CAPABILITIES("no capabilities"),
  UNPRIVILEGED_USER("a user other than root"),
  NO_NEW_PRIVILEGES("no new privileges"),
  READ_ONLY_ROOT("read-only root"),
  NO_DEVICES("no devices"),
  NO_HOST_FILES("no files of the host"),
  OWN_WORKSPACE("its own workspace only"),
  NO_ENGINE_SOCKET("no engine socket"),
  OWN_PROCESSES("processes of its own"),
  OWN_IPC("IPC of its own"),
  OWN_NETWORK("a network of its own"),
  NO_NETWORK("no network"),
  FIREWALL("host firewall"),
  ISOLATED_BRIDGE("no traffic between sandboxes"),
  NO_IPV6("no IPv6"),
  CLEAN_ENVIRONMENT("nothing of the server's environment"),
  READ_ONLY_TRUST("read-only certificates");

  private final String text;

  Defence(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
