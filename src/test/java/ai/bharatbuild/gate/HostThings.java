package ai.bharatbuild.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** Things on the host that attacks look for; each is made when first asked for. Thread-safe. */
final class HostThings {
  private final String tag =
      "gate-" + HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong());
  private final List<Process> processes = new ArrayList<>();
  private final List<String> loops = new ArrayList<>();
  private Path shared;
  private boolean socket;
  private boolean process;

  /** A socket without a file, which everything in the same network namespace can name. */
  synchronized String abstractSocket() throws IOException {
    if (!socket) {
      python(
          """
          import socket, sys
          s = socket.socket(socket.AF_UNIX)
          s.bind("\\0" + sys.argv[1])
          s.listen()
          print("ready", flush=True)
          while True:
              c = s.accept()[0]
              c.send(b"hello")
              c.close()
          """);
      socket = true;
    }
    return tag;
  }

  /** A process of the sandboxes' user number; answers what is in its command line. */
  synchronized String process() throws IOException {
    if (!process) {
      python(
          """
          import os, signal
          os.setgid(10001)
          os.setuid(10001)
          print("ready", flush=True)
          signal.pause()
          """);
      process = true;
    }
    return tag;
  }

  /** A file in the host's shared memory, for everybody. */
  synchronized String sharedMemory() throws IOException {
    if (shared == null) {
      shared = Files.createFile(Path.of("/dev/shm", tag));
    }
    return tag;
  }

  /** The kernel's own handle of a file, in hexadecimal. */
  String fileHandle(Path file) throws IOException, InterruptedException {
    return Commands.output(
        "python3",
        "-c",
        """
        import ctypes, sys
        libc = ctypes.CDLL(None, use_errno=True)
        handle = ctypes.create_string_buffer(b"\\x78\\x00\\x00\\x00", 128)
        assert libc.name_to_handle_at(-100, sys.argv[1].encode(), handle, ctypes.byref(ctypes.c_int()), 0) == 0
        print(handle.raw[:8 + handle.raw[0]].hex())
        """,
        file.toString());
  }

  /** A disk that holds a copy of the file; answers its minor device number. */
  synchronized String loopDevice(Path content) throws IOException, InterruptedException {
    if (loops.isEmpty()) {
      Path image = content.resolveSibling("image");
      byte[] padded = java.util.Arrays.copyOf(Files.readAllBytes(content), 1 << 20);
      Files.write(image, padded);
      loops.add(Commands.output("losetup", "--find", "--show", "--read-only", image.toString()));
    }
    return loops.getFirst().replaceAll("\\D", "");
  }

  private void python(String code) throws IOException {
    Process started =
        new ProcessBuilder("python3", "-c", code, tag)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(started);
    BufferedReader output = started.inputReader(StandardCharsets.UTF_8);
    if (!"ready".equals(output.readLine())) {
      throw new IOException("a helper did not start");
    }
  }

  synchronized void close() throws IOException, InterruptedException {
    processes.forEach(Process::destroyForcibly);
    for (String loop : loops) {
      Commands.output("losetup", "--detach", loop);
    }
    loops.clear();
    if (shared != null) {
      Files.deleteIfExists(shared);
    }
  }
}
