package ai.bharatbuild.bench;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one benchmark, or all. Figures go to standard output as JSON lines and notes for people to
 * standard error. Exit status 1 means that something could not be measured; a goal that is missed
 * is a figure like any other.
 */
public final class Bench {
  /** One of the names that the script takes. */
  interface Benchmark {
    void run(Workbench bench) throws Exception;
  }

  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    // Standard output is for figures; SLF4J without a configuration would log there.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    ALL.put("cold-start", new ColdStart());
    ALL.put("jobs-write", new JobsWrite());
    ALL.put("jobs-batch", new JobsBatch());
    ALL.put("projects-list", new ProjectsList());
    ALL.put("queue-throughput", new QueueThroughput());
    ALL.put("zip", new ZipPacking());
    ALL.put("create-latency", new CreateLatency());
    ALL.put("create-burst", new CreateBurst());
    ALL.put("exec-latency", new ExecLatency());
    ALL.put("exec-rate", new ExecRate());
    ALL.put("exec-stream", new ExecStream());
    ALL.put("oneshot", new OneShot());
    ALL.put("apikey-call", new ApiKeyCall());
    ALL.put("pty-echo", new PtyEcho());
    ALL.put("sse-fanout", new SseFanout());
    ALL.put("auth-me", new AuthMe());
    ALL.put("auth-login", new AuthLogin());
    ALL.put("auth-writes", new AuthWrites());
  }

  private Bench() {}

  /** Takes names of benchmarks, or {@code all}. */
  public static void main(String[] args) {
    List<String> names =
        args.length == 1 && args[0].equals("all") ? List.copyOf(ALL.keySet()) : List.of(args);
    if (names.isEmpty() || !ALL.keySet().containsAll(names)) {
      System.err.println("usage: scripts/bench.sh all|" + String.join("|", ALL.keySet()));
      System.exit(2);
    }
    boolean failed = false;
    for (String name : names) {
      failed |= !run(name);
    }
    System.exit(failed ? 1 : 0);
  }

  private static boolean run(String name) {
    try (Workbench bench = new Workbench(name)) {
      ALL.get(name).run(bench);
      return true;
    } catch (BenchFailure e) {
      System.err.println(name + ": FAILED: " + e.getMessage());
      return false;
    } catch (Exception e) {
      System.err.println(name + ": FAILED");
      e.printStackTrace();
      return false;
    }
  }
}
