package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.RESOURCES;
import static ai.bharatbuild.gate.Program.python;

import java.util.List;

/** Programs that take more than they were given. */
final class ResourcePrograms {
  private ResourcePrograms() {}

  static List<Program> all() {
    return List.of(
        python("fork-bomb", RESOURCES, Defence.PROCESS_COUNT, FORKS)
            .limit("pids_limit", 64)
            .limit("memory_limit", "2g"),
        python("thread-bomb", RESOURCES, Defence.PROCESS_COUNT, THREADS)
            .limit("pids_limit", 64)
            .limit("memory_limit", "2g"),
        python("memory-hog", RESOURCES, Defence.MEMORY, "hog = b'x' * (300 << 20)\nsay(True)")
            .limit("memory_limit", "64m")
            .heldBy("oom"),
        python("memory-in-many-processes", RESOURCES, Defence.MEMORY, FAMILY)
            .limit("memory_limit", "64m")
            .heldBy("oom"),
        python("memory-in-tmp", RESOURCES, Defence.MEMORY, WRITE.replace("PATH", "/tmp/big"))
            .limit("memory_limit", "64m")
            .limit("tmpfs_limit", "400m")
            .heldBy("oom"),
        python("memory-in-inodes", RESOURCES, Defence.MEMORY, INODES)
            .limit("memory_limit", "64m")
            .heldBy("oom"),
        python("memory-in-sysv-segments", RESOURCES, Defence.MEMORY, SEGMENTS)
            .limit("memory_limit", "64m")
            .heldBy("oom"),
        python("memory-in-pipes", RESOURCES, Defence.MEMORY, PIPES)
            .limit("memory_limit", "64m")
            .heldBy("oom"),
        python("swap-hog", RESOURCES, Defence.SWAP, "hog = b'x' * (160 << 20)\nsay(True)")
            .limit("memory_limit", "64m")
            .variable("SWAP", Arena::swap)
            .heldBy("oom"),
        python("large-file", RESOURCES, Defence.FILE_SIZE, WRITE.replace("PATH", "big"))
            .limit("disk_limit", "8m"),
        python("fallocate", RESOURCES, Defence.FILE_SIZE, FALLOCATE).limit("disk_limit", "8m"),
        python("full-tmp", RESOURCES, Defence.TEMPORARY_SIZE, WRITE.replace("PATH", "/tmp/big"))
            .limit("tmpfs_limit", "32m"),
        python(
                "full-shared-memory",
                RESOURCES,
                Defence.SHARED_MEMORY,
                WRITE.replace("PATH", "/dev/shm/big"))
            .alone(),
        python("descriptor-flood", RESOURCES, Defence.DESCRIPTORS, DESCRIPTORS),
        python("raised-limits", RESOURCES, Defence.DESCRIPTORS, RAISE),
        python("raised-priority", RESOURCES, Defence.NO_CAPABILITIES, PRIORITY),
        python("locked-memory", RESOURCES, Defence.NO_CAPABILITIES, LOCK),
        python("raised-cgroup", RESOURCES, Defence.NO_CAPABILITIES, CGROUP).alone(),
        python("processor-hog", RESOURCES, Defence.CPU_SHARE, SPIN).limit("cpu_limit", 0.1));
  }

  private static final String FORKS =
      """
      import signal
      count = 0
      try:
          while count < 2000:
              if os.fork() == 0:
                  signal.pause()
              count += 1
      except OSError as e:
          say(False, count, e)
      say(True, count, "processes")
      """;

  private static final String THREADS =
      """
      import threading
      threading.stack_size(65536)
      stop = threading.Event()
      count = 0
      try:
          while count < 2000:
              threading.Thread(target=stop.wait, daemon=True).start()
              count += 1
      except RuntimeError as e:
          say(False, count, e)
      say(True, count, "threads")
      """;

  private static final String FAMILY =
      """
      for i in range(10):
          if os.fork() == 0:
              hog = b"x" * (30 << 20)
              time.sleep(1)
              os._exit(0)
      ends = [os.wait()[1] for i in range(10)]
      say(ends == [0] * 10, ends)
      """;

  private static final String WRITE =
      """
      import signal
      signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
      block, size = b"x" * (1 << 20), 0
      try:
          with open("PATH", "wb", 0) as f:
              while size < 128:
                  written = f.write(block)
                  if written < len(block):
                      continue
                  size += 1
      except OSError as e:
          say(False, size, "MB:", e)
      say(True, size, "MB")
      """;

  private static final String INODES =
      """
      os.mkdir("/tmp/many")
      try:
          for i in range(150000):
              os.close(os.open("/tmp/many/%d" % i, os.O_CREAT | os.O_WRONLY))
      except OSError as e:
          say(False, i, e)
      say(True, i)
      """;

  private static final String SEGMENTS =
      """
      libc.shmat.restype = ctypes.c_void_p
      try:
          for i in range(20):
              segment = call(libc.shmget(0, ctypes.c_size_t(16 << 20), 0o1600))
              address = libc.shmat(segment, None, 0)
              ctypes.memset(address, 1, 16 << 20)
              libc.shmdt(ctypes.c_void_p(address))
      except OSError as e:
          say(False, e)
      say(True, i)
      """;

  private static final String PIPES =
      """
      # Buffers of sockets and pipes are the kernel's memory, not a process's.
      pairs, total = [], 0
      try:
          while total < 200 << 20:
              a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
              a.setblocking(False)
              a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
              pairs.append((a, b))
              try:
                  while True:
                      total += a.send(b"x" * 65536)
              except BlockingIOError:
                  pass
      except OSError as e:
          say(False, total >> 20, "MB", e)
      say(True, total >> 20, "MB")
      """;

  private static final String FALLOCATE =
      """
      import signal
      signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
      with open("reserved", "wb") as f:
          try:
              os.posix_fallocate(f.fileno(), 0, 64 << 20)
          except OSError as e:
              say(False, e)
          say(True, os.stat("reserved").st_blocks * 512)
      """;

  private static final String DESCRIPTORS =
      """
      held = []
      try:
          while len(held) < 10000:
              held.append(os.open("/dev/null", os.O_RDONLY))
      except OSError as e:
          say(False, len(held), e)
      say(True, len(held))
      """;

  private static final String RAISE =
      """
      import resource
      try:
          resource.setrlimit(resource.RLIMIT_NOFILE, (15000, 15000))
      except (OSError, ValueError) as e:
          say(False, e)
      say(True)
      """;

  private static final String PRIORITY =
      """
      try:
          os.setpriority(os.PRIO_PROCESS, 0, -20)
      except OSError as e:
          say(False, e)
      say(True)
      """;

  private static final String LOCK =
      """
      size = ctypes.c_size_t(64 << 20)
      memory = ctypes.create_string_buffer(size.value)
      try:
          call(libc.mlock(memory, size))
      except OSError as e:
          say(False, e)
      say(True)
      """;

  private static final String CGROUP =
      """
      limits = [p for p in ("/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/pids.max")
                if os.path.exists(p)]
      remount_bind = 0x20 | 0x1000
      libc.mount(None, os.path.dirname(limits[0]).encode(), None, remount_bind, None)
      try:
          with open(limits[0], "w") as f:
              f.write("2000")
      except OSError as e:
          say(False, e)
      say(True, limits[0])
      """;

  private static final String SPIN =
      """
      children = []
      for i in range(4):
          child = os.fork()
          if child == 0:
              end = time.monotonic() + 3
              while time.monotonic() < end:
                  pass
              os._exit(0)
          children.append(child)
      for child in children:
          os.waitpid(child, 0)
      t = os.times()
      say(t.children_user + t.children_system > 0.5, t.children_user + t.children_system, "s in 3 s")
      """;
}
