package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.PRIVILEGES;
import static ai.bharatbuild.gate.Program.python;
import static ai.bharatbuild.gate.Program.shell;

import java.util.List;

/** Programs that reach for rights, for the kernel, or for the agent that runs them. */
final class PrivilegePrograms {
  private PrivilegePrograms() {}

  static List<Program> all() {
    return List.of(
        python("user-namespace", PRIVILEGES, Defence.SECCOMP, attempt("syscall(272, 0x10000000)")),
        python("kernel-keyring", PRIVILEGES, Defence.SECCOMP, attempt(KEYRING)),
        python("mount", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(MOUNT)),
        python("kernel-log", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(LOG)),
        python("kernel-settings", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(SETTINGS)),
        python("file-handle", PRIVILEGES, Defence.NO_CAPABILITIES, HANDLE)
            .variable("HANDLE", a -> a.host().fileHandle(a.canaryFile()))
            .variable("CANARY", Arena::canary),
        python("raw-disk", PRIVILEGES, Defence.NO_DEVICES, DISK)
            .variable("MINOR", a -> a.host().loopDevice(a.canaryFile()))
            .variable("CANARY", Arena::canary),
        shell("setuid-program", PRIVILEGES, Defence.NO_NEW_PRIVILEGES, "python", SETUID)
            .victim("/usr/bin/id", "4755"),
        python("changed-system", PRIVILEGES, Defence.READ_ONLY_ROOT, attempt(SYSTEM)),
        python("changed-certificates", PRIVILEGES, Defence.READ_ONLY_TRUST, attempt(TRUST)),
        python("agent-signals", PRIVILEGES, Defence.UNPRIVILEGED_USER, SIGNALS),
        python(
            "agent-trace",
            PRIVILEGES,
            Defence.NO_CAPABILITIES,
            attempt("syscall(101, 0x4206, 1, 0, 0)")),
        python("agent-memory", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(MEMORY)),
        python("agent-descriptors", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(DESCRIPTORS)),
        python("agent-environment", PRIVILEGES, Defence.NO_CAPABILITIES, attempt(ENVIRONMENT)));
  }

  /** Held when the system refuses; a missing part of the kernel is not a refusal. */
  private static String attempt(String statements) {
    return "try:\n"
        + statements.strip().indent(4)
        + """
          except PermissionError as e:
              say(False, e)
          except OSError as e:
              if e.errno == errno.EROFS:
                  say(False, e)
              raise
          say(True)
          """;
  }

  private static final String KEYRING =
      """
      syscall(248, b"user", b"gate", b"secret", wide(6), -3)
      """;

  private static final String MOUNT =
      """
      call(libc.mount(b"tmpfs", b"/workspace", b"tmpfs", 0, None))
      """;

  private static final String LOG =
      """
      buffer = ctypes.create_string_buffer(4096)
      syscall(103, 3, buffer, 4096)
      """;

  /** Opened for writing, never written: the kernel is the host's. */
  private static final String SETTINGS =
      """
      libc.mount(None, b"/proc/sys", None, 0x1020, None)
      os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)
      """;

  private static final String HANDLE =
      """
      # By its number, a file can be opened whose path leads nowhere from here.
      handle = ctypes.create_string_buffer(bytes.fromhex(os.environ["HANDLE"]))
      mount = os.open("/workspace", os.O_RDONLY)
      try:
          fd = syscall(304, mount, handle, os.O_RDONLY)
      except OSError as e:
          say(False, e)
      say(os.environ["CANARY"].encode() in os.read(fd, 100))
      """;

  private static final String DISK =
      """
      import stat
      try:
          os.mknod("/workspace/disk", stat.S_IFBLK | 0o666, os.makedev(7, int(os.environ["MINOR"])))
          with open("/workspace/disk", "rb") as f:
              say(os.environ["CANARY"].encode() in f.read(4096), "read")
      except PermissionError as e:
          say(False, e)
      """;

  private static final String SETUID =
      "if [ \"$(./id -u)\" = 0 ]; then echo BREACH; else echo HELD \"$(./id)\"; fi";

  private static final String SYSTEM =
      """
      with open("/var/tmp/left", "w") as f:
          f.write("x")
      """;

  private static final String TRUST =
      """
      os.open("/etc/ssl/certs/ca-certificates.crt", os.O_RDWR)
      """;

  private static final String SIGNALS =
      """
      import signal
      refused = 0
      for pid in [int(p) for p in os.listdir("/proc") if p.isdigit()]:
          if pid == os.getpid():
              continue
          try:
              if os.stat("/proc/%d" % pid).st_uid == 0:
                  os.kill(pid, signal.SIGCONT)
                  say(True, pid)
          except PermissionError as e:
              refused += 1
          except (FileNotFoundError, ProcessLookupError):
              pass
      print("HELD" if refused else "nobody there", refused, flush=True)
      """;

  private static final String MEMORY =
      """
      for line in open("/proc/1/maps"):
          where, rights = line.split()[:2]
          if rights.startswith("r"):
              with open("/proc/1/mem", "rb", 0) as f:
                  f.seek(int(where.split("-")[0], 16))
                  f.read(64)
              break
      """;

  private static final String DESCRIPTORS =
      """
      for fd in os.listdir("/proc/1/fd"):
          os.readlink("/proc/1/fd/" + fd)
      syscall(438, syscall(434, 1, 0), 0, 0)
      """;

  private static final String ENVIRONMENT =
      """
      open("/proc/1/environ", "rb").read()
      """;
}
