package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process of its own with a command that runs, to be killed. */
final class ProcessHolder {
  private ProcessHolder() {}

  /** Takes the control group's name and how long the command sleeps. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    ProcessSettings settings =
        new ProcessSettings(
            ProcessTestSetup.LAUNCHER, ProcessTestSetup.BUBBLEWRAP, args[0], 2, 4, 4);
    ProcessRuntime.start(vertx, settings, Roots.host())
        .run(
            new OneShotSpec(
                ProjectType.STATIC,
                List.of("/bin/sh", "-c", "sleep " + args[1] + " & setsid sleep " + args[1]),
                Map.of(),
                Buffer.buffer(),
                Map.of(),
                new OneShotSpec.Limits(
                    Duration.ofHours(1), Duration.ofHours(1), 64 << 20, 1, 16, 1 << 20, 4096)));
    System.out.println("started");
  }
}
