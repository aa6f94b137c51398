package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import ai.bharatbuild.sandbox.advice.Invocation.Field;
import ai.bharatbuild.sandbox.advice.Invocation.Target;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Writing to disks, to the kernel's files and to the system's. */
final class WriteRule implements Rule {
  private static final Advice DISK =
      new Advice("write-device", Level.BLOCKED, "Writes to a device");
  private static final Advice KERNEL =
      new Advice("write-kernel", Level.BLOCKED, "Writes to /proc or /sys");
  private static final Advice SYSTEM =
      new Advice("write-system", Level.DANGEROUS, "Writes to a system directory");
  private static final Advice READ_DISK =
      new Advice("read-device", Level.DANGEROUS, "Reads a disk or the memory");
  private static final Advice CONNECTION =
      new Advice("shell-connection", Level.DANGEROUS, "Opens a connection from the shell");
  private static final Advice COPY =
      new Advice("dd", Level.MODERATE, "dd overwrites without asking");

  private static final Pattern HARMLESS_DEVICES =
      Pattern.compile(
          "/dev/(null|zero|full|random|urandom|tty|stdin|stdout|stderr|ptmx|(fd|shm|pts|mqueue)(/.*)?)");
  private static final Pattern SYSTEM_FILES =
      Pattern.compile("/(etc|bin|sbin|lib|lib64|boot|usr)(/.*)?");
  private static final Pattern KERNEL_FILES = Pattern.compile("/(proc|sys)(/.*)?");
  private static final Pattern OWN_STREAMS = Pattern.compile("/proc/(self|\\d+)/fd/.*");
  private static final Pattern DISKS =
      Pattern.compile(
          "/dev/(sd|hd|vd|xvd|nvme|mmcblk|loop|dm-|mapper/|md|disk/|mem$|kmem$|port$).*");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    for (Target redirect : program.redirects()) {
      if (redirect.writes()) {
        written(redirect.file(), program, findings);
      } else {
        read(redirect.file().plain(), findings);
      }
    }
    List<Field> operands = program.operands();
    switch (program.name()) {
      case "tee", "truncate", "shred" -> operands.forEach(f -> written(f, program, findings));
      case "cp", "mv", "install", "ln", "rsync" -> {
        if (operands.size() > 1) {
          written(operands.getLast(), program, findings);
        }
      }
      case "sed" -> {
        if (program.has("i", "--in-place")) {
          operands.forEach(file -> written(file, program, findings));
        }
      }
      case "dd" -> copy(program, findings);
      case "cat", "strings", "xxd", "hexdump", "od", "head", "tail" ->
          operands.forEach(file -> read(file.plain(), findings));
      default -> {}
    }
  }

  private static void copy(Invocation dd, Consumer<Advice> findings) {
    findings.accept(COPY);
    for (Field arg : dd.args()) {
      if (arg.text().startsWith("of=")) {
        written(new Field(arg.text().substring(3), List.of()), dd, findings);
      } else if (arg.text().startsWith("if=")) {
        read(arg.plain().substring(3), findings);
      }
    }
  }

  private static void read(String file, Consumer<Advice> findings) {
    if (DISKS.matcher(file).matches()) {
      findings.accept(READ_DISK);
    }
  }

  private static void written(Field file, Invocation program, Consumer<Advice> findings) {
    String path = Paths.absolute(file.text(), program.cwd());
    if (path == null) {
      return;
    }
    if (path.startsWith("/dev/tcp/") || path.startsWith("/dev/udp/")) {
      findings.accept(CONNECTION);
    } else if (path.startsWith("/dev/") && !HARMLESS_DEVICES.matcher(path).matches()) {
      findings.accept(DISK);
    } else if (KERNEL_FILES.matcher(path).matches() && !OWN_STREAMS.matcher(path).matches()) {
      findings.accept(KERNEL);
    } else if (SYSTEM_FILES.matcher(path).matches()) {
      findings.accept(SYSTEM);
    }
  }
}
