package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program that starts the program named by its arguments.
 *
 * @param valued options that take the next argument as their value
 * @param operands own operands before the other program
 * @param assignments whether {@code NAME=value} may come first
 */
record Wrapper(Set<String> valued, int operands, boolean assignments) {
  private static final Wrapper PLAIN = new Wrapper(Set.of(), 0, false);

  private static final Set<String> SUDO =
      Set.of("-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-U", "-D", "-R", "--user", "--group");
  private static final Set<String> XARGS =
      Set.of("-I", "-n", "-P", "-d", "-L", "-s", "-a", "-E", "--max-args", "--max-procs");

  private static final Map<String, Wrapper> ALL =
      Map.ofEntries(
          Map.entry("sudo", new Wrapper(SUDO, 0, true)),
          Map.entry("doas", new Wrapper(Set.of("-u", "-C"), 0, false)),
          Map.entry("env", new Wrapper(Set.of("-u", "-C", "--unset", "--chdir"), 0, true)),
          Map.entry("xargs", new Wrapper(XARGS, 0, false)),
          Map.entry("timeout", new Wrapper(Set.of("-s", "-k", "--signal"), 1, false)),
          Map.entry("nice", new Wrapper(Set.of("-n"), 0, false)),
          Map.entry("ionice", new Wrapper(Set.of("-c", "-n"), 0, false)),
          Map.entry("stdbuf", new Wrapper(Set.of("-i", "-o", "-e"), 0, false)),
          Map.entry("time", new Wrapper(Set.of("-f", "-o"), 0, false)),
          Map.entry("exec", new Wrapper(Set.of("-a"), 0, false)),
          Map.entry("chroot", new Wrapper(Set.of(), 1, false)),
          Map.entry("flock", new Wrapper(Set.of("-w", "-E"), 1, false)),
          Map.entry("strace", new Wrapper(Set.of("-o", "-e", "-p"), 0, false)),
          Map.entry("watch", new Wrapper(Set.of("-n"), 0, false)),
          Map.entry("unshare", PLAIN),
          Map.entry("nohup", PLAIN),
          Map.entry("setsid", PLAIN),
          Map.entry("builtin", PLAIN),
          Map.entry("command", PLAIN),
          Map.entry("busybox", PLAIN),
          Map.entry("toybox", PLAIN));

  /** The command line of the program that is started; empty when none is. */
  static List<Field> wrapped(Invocation invocation) {
    Wrapper wrapper = ALL.get(invocation.name());
    List<Field> args = invocation.args();
    boolean lookup = invocation.named("command") && invocation.has("vV");
    return wrapper == null || lookup ? List.of() : args.subList(wrapper.skip(args), args.size());
  }

  private int skip(List<Field> args) {
    int left = operands;
    int at = 0;
    while (at < args.size()) {
      String arg = args.get(at).plain();
      if (arg.equals("--")) {
        at++;
        break;
      }
      if (arg.startsWith("-") && arg.length() > 1) {
        at += valued.contains(arg) ? 2 : 1;
      } else if (assignments && arg.matches("\\w+=(?s:.*)")) {
        at++;
      } else if (left > 0) {
        left--;
        at++;
      } else {
        break;
      }
    }
    return Math.min(at, args.size());
  }
}
