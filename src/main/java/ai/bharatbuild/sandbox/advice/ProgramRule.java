package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs that have no business in a project's sandbox, whatever their arguments are. */
final class ProgramRule implements Rule {
  private static final Map<String, Advice> PROGRAMS =
      Stream.of(
              group("privileges", Level.BLOCKED, "changes the user", "sudo su doas runuser"),
              group(
                  "containers",
                  Level.BLOCKED,
                  "drives a container engine",
                  "docker docker-compose podman kubectl nerdctl crictl ctr"),
              group("mount", Level.BLOCKED, "changes mounts", "mount umount losetup"),
              group("chroot", Level.BLOCKED, "changes the root directory", "chroot pivot_root"),
              group("password", Level.BLOCKED, "changes passwords", "passwd chpasswd vipw"),
              group(
                  "scan",
                  Level.BLOCKED,
                  "scans or records the network",
                  "nmap masscan tcpdump tshark wireshark dumpcap"),
              group("namespaces", Level.DANGEROUS, "enters or makes namespaces", "nsenter unshare"),
              group(
                  "kernel",
                  Level.DANGEROUS,
                  "changes the kernel",
                  "insmod modprobe rmmod kexec sysctl"),
              group("power", Level.DANGEROUS, "stops the machine", "shutdown reboot halt poweroff"),
              group(
                  "disk",
                  Level.DANGEROUS,
                  "changes disks",
                  "fdisk sfdisk parted wipefs mkswap swapoff"))
          .flatMap(rules -> rules.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Advice LISTENER =
      new Advice("listen", Level.BLOCKED, "nc -l opens a port to anybody");
  private static final Advice KILL_ALL =
      new Advice("kill-all", Level.DANGEROUS, "Signals every process");
  private static final Advice EVAL =
      new Advice("eval", Level.MODERATE, "eval runs text as a command");

  private static Map<String, Advice> group(String rule, Level level, String what, String names) {
    return Stream.of(names.split(" "))
        .collect(
            Collectors.toMap(name -> name, name -> new Advice(rule, level, name + " " + what)));
  }

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    Advice listed = PROGRAMS.get(program.name());
    if (listed != null) {
      findings.accept(listed);
    }
    if (program.name().startsWith("mkfs") || program.named("mke2fs")) {
      findings.accept(
          new Advice("mkfs", Level.BLOCKED, program.name() + " makes a file system on a disk"));
    }
    if (program.named("nc", "ncat", "netcat", "nc.openbsd", "nc.traditional")
        && program.has("l", "--listen")) {
      findings.accept(LISTENER);
    }
    if (program.named("kill") && program.plainArgs().stream().skip(1).anyMatch("-1"::equals)) {
      findings.accept(KILL_ALL);
    }
    if (program.named("eval")) {
      findings.accept(EVAL);
    }
  }
}
