package ai.bharatbuild;

import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server, tells its address, and stops it in order on SIGTERM or SIGINT. */
public final class Main {
  private static final int STOP_SECONDS = 30;

  private Main() {}

  /** Exit status 2 means that a setting is wrong, 1 that the server could not start. */
  public static void main(String[] args) throws InterruptedException {
    long begun = System.nanoTime();
    // Vert.x logs through SLF4J like everything else.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    Metrics metrics = new Metrics();
    Vertx vertx = metrics.install(Vertx.builder()).build();
    try {
      Settings settings = await(SettingsLoader.load(vertx), 30);
      Server server = await(Server.start(vertx, metrics, settings), 120);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, server), "stop"));
      long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      System.out.printf(
          "BharatBuild is ready on http://%s:%d (API page: /docs) after %d ms%n",
          hostForPeople(settings.http().host()), server.port(), ms);
    } catch (ExecutionException | TimeoutException e) {
      fail(vertx, e.getCause() == null ? e : e.getCause());
    }
  }

  private static void fail(Vertx vertx, Throwable cause) {
    System.err.println("BharatBuild cannot start: " + cause.getMessage());
    if (!(cause instanceof InvalidSettingException) && !(cause instanceof java.net.BindException)) {
      LoggerFactory.getLogger(Main.class).error("cannot start", cause);
    }
    vertx.close();
    System.exit(cause instanceof InvalidSettingException ? 2 : 1);
  }

  private static void stop(Vertx vertx, Server server) {
    Logger log = LoggerFactory.getLogger(Main.class);
    try {
      log.info("stopping");
      await(server.stop(), STOP_SECONDS);
      await(vertx.close(), STOP_SECONDS);
      log.info("stopped");
    } catch (ExecutionException | TimeoutException e) {
      log.error("did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future, int seconds)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
  }

  private static String hostForPeople(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
