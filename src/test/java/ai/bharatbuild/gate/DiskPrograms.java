package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.RESOURCES;
import static ai.bharatbuild.gate.Program.python;

import java.util.List;

/** Programs that want more disk than their workspace has. Controls stay below 300 MB. */
final class DiskPrograms {
  private DiskPrograms() {}

  static List<Program> all() {
    return List.of(
        disk("many-files", written("open('f%d' % i, 'wb', 0)")),
        disk("hidden-directories", "os.mkdir('.git')\n" + written("open('.git/%d' % i, 'wb', 0)")),
        disk("deleted-files", DELETED),
        disk("reserved-files", RESERVED),
        disk("many-inodes", INODES));
  }

  private static Program disk(String name, String code) {
    return python(name, RESOURCES, Defence.DISK_SIZE, code).limit("disk_limit", "64m");
  }

  private static String written(String open) {
    return """
        total = 0
        try:
            for i in range(40):
                with OPEN as f:
                    for j in range(4):
                        total += f.write(b"x" * (1 << 20))
        except OSError as e:
            say(False, total >> 20, "MB", e)
        say(total > 128 << 20, total >> 20, "MB")
        """
        .replace("OPEN", open);
  }

  /** Without a name, a file that is open still takes its room. */
  private static final String DELETED =
      """
      held = []
      try:
          for i in range(40):
              f = open("f", "wb", 0)
              os.unlink("f")
              held.append(f)
              os.posix_fallocate(f.fileno(), 0, 4 << 20)
      except OSError as e:
          say(False, i, e)
      say(True)
      """;

  private static final String RESERVED =
      """
      try:
          for i in range(6):
              with open("f%d" % i, "wb") as f:
                  os.posix_fallocate(f.fileno(), 0, 40 << 20)
      except OSError as e:
          say(False, i, e)
      say(True)
      """;

  private static final String INODES =
      """
      try:
          for i in range(60000):
              if i % 1000 == 0:
                  os.mkdir("d%d" % i)
                  os.chdir("d%d" % i)
              os.close(os.open(str(i), os.O_CREAT | os.O_WRONLY))
      except OSError as e:
          say(False, i, e)
      say(True, i)
      """;
}
