package ai.bharatbuild.db;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.db.embedded.EmbeddedServer;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

/** A database that is started, killed, and away, on the real PostgreSQL that the server embeds. */
class DatabaseTest {
  private static final int POOL = 4;

  @TempDir Path home;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void theEmbeddedServerKeepsItsDataAndItsDoorShut() throws Exception {
    EmbeddedServer server = new EmbeddedServer(home.resolve("pg"), POOL);
    Database database = Database.start(vertx, server, POOL);
    await(database.ready());
    await(database.pool().query("create table kept as select 7 as n").execute());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("pg"))))
        .isEqualTo("rwx------");
    assertThat(show(database, "fsync")).isEqualTo("on");
    assertThat(show(database, "synchronous_commit")).isEqualTo("on");
    int port = Integer.parseInt(show(database, "port"));
    assertThatThrownBy(() -> signIn(port, "wrong")).hasMessageContaining("authentication failed");
    for (InetAddress address : addresses()) {
      assertThatThrownBy(() -> connect(address, port))
          .as("listens on %s", address)
          .isInstanceOf(java.net.ConnectException.class);
    }
    await(database.close());

    Database again = Database.start(vertx, new EmbeddedServer(home.resolve("pg"), POOL), POOL);
    await(again.ready());
    assertThat(
            await(again.pool().query("select n from kept").execute())
                .iterator()
                .next()
                .getInteger(0))
        .isEqualTo(7);
    assertThat(await(again.check()).status()).isEqualTo("ok");
    await(again.close());
  }

  /** Without the search for a proxy, which fails on link-local addresses with a long scope. */
  private static void connect(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(new InetSocketAddress(address, port));
    }
  }

  @Test
  void whatAKilledServerLeftRunningIsEndedAndItsDataIsWhole() throws Exception {
    Path cluster = home.resolve("pg/cluster");
    Database database = Database.start(vertx, new EmbeddedServer(home.resolve("pg"), POOL), POOL);
    await(database.ready());
    await(database.pool().query("create table kept as select 7 as n").execute());
    // As after SIGKILL of the server: PostgreSQL runs, and nobody holds the lock.
    long left = Long.parseLong(Files.readAllLines(cluster.resolve("postmaster.pid")).getFirst());
    Path copy = Files.writeString(home.resolve("pid"), Long.toString(left));
    assertThat(ProcessHandle.of(left)).isPresent();
    assertThatThrownBy(() -> new EmbeddedServer(home.resolve("pg"), POOL).start())
        .hasMessageContaining("another server uses it");
    Files.move(home.resolve("pg/lock"), home.resolve("pg/lock-of-the-dead"));
    Files.move(cluster.resolve("epg-lock"), cluster.resolve("epg-lock-of-the-dead"));

    Database next = Database.start(vertx, new EmbeddedServer(home.resolve("pg"), POOL), POOL);
    await(next.ready());

    assertThat(ProcessHandle.of(Long.parseLong(Files.readString(copy)))).isEmpty();
    assertThat(await(next.pool().query("select n from kept").execute()).size()).isOne();
    await(next.close());
    await(database.close());
  }

  @Test
  void aDatabaseThatDiesIsStartedAgainAndMeanwhileCallsAnswer503() throws Exception {
    Database database = Database.start(vertx, new EmbeddedServer(home.resolve("pg"), POOL), POOL);
    await(database.ready());
    Path pidFile = home.resolve("pg/cluster/postmaster.pid");
    ProcessHandle postmaster =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).getFirst())).orElseThrow();
    postmaster.destroyForcibly();
    postmaster.onExit().join();

    assertThatThrownBy(() -> select(database))
        .isInstanceOf(CompletionException.class)
        .cause()
        .satisfies(DatabaseTest::isUnavailable);
    Health.Check check = await(database.check());
    assertThat(check.status()).isEqualTo("down");
    long end = System.nanoTime() + 40_000_000_000L;
    while (!await(database.check()).detail().startsWith("PostgreSQL 17")
        && System.nanoTime() < end) {
      Thread.onSpinWait();
    }

    select(database);
    await(database.close());
  }

  @Test
  void aDatabaseThatAnswersNothingAnyMoreIsGivenUpAndFoundAgain() throws Exception {
    Database database = Database.start(vertx, new EmbeddedServer(home.resolve("pg"), 2), 2);
    await(database.ready());
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    database.channels().listen("news", hearer(heard));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");
    select(database);
    Path pidFile = home.resolve("pg/cluster/postmaster.pid");
    long postmaster = Long.parseLong(Files.readAllLines(pidFile).getFirst());
    signal("STOP", postmaster);
    try {
      long begun = System.nanoTime();
      List<Future<?>> statements = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        statements.add(database.pool().query("select 1").execute());
      }
      for (Future<?> statement : statements) {
        assertThatThrownBy(() -> await(statement)).cause().satisfies(DatabaseTest::isUnavailable);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isLessThan(Duration.ofSeconds(Connections.SILENCE_SECONDS + 4));
      assertThat(await(database.check()).status()).isEqualTo("down");
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("lost");
    } finally {
      signal("CONT", postmaster);
    }
    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
    await(database.pool().query("notify news, 'again'").execute());
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("again");
    await(database.close());
  }

  private static Channels.Hearer hearer(BlockingQueue<String> heard) {
    return new Channels.Hearer() {
      @Override
      public void begun() {
        heard.add("begun");
      }

      @Override
      public void lost() {
        heard.add("lost");
      }

      @Override
      public void heard(String payload) {
        heard.add(payload);
      }
    };
  }

  /** To a PostgreSQL and all its processes. */
  private static void signal(String name, long postmaster) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    ProcessHandle main = ProcessHandle.of(postmaster).orElseThrow();
    Stream.concat(Stream.of(main), main.descendants())
        .forEach(each -> command.add(Long.toString(each.pid())));
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void withoutADatabaseCallsAnswer503AtOnce() {
    Database database = Database.off(vertx);

    assertThatThrownBy(() -> select(database)).cause().satisfies(DatabaseTest::isUnavailable);
    assertThat(await(database.check()).status()).isEqualTo("ok");
    await(database.close());
  }

  @Test
  void aServerThatIsNotThereIsToldOfWithoutThePassword() {
    DatabaseAddress nowhere = DatabaseAddress.of("postgresql://me:hush@127.0.0.1:1/db");
    Database database = Database.start(vertx, DatabaseServer.external(nowhere), POOL);

    assertThatThrownBy(() -> await(database.ready())).hasMessageContaining("127.0.0.1:1/db");
    Health.Check check = await(database.check());
    assertThat(check.status()).isEqualTo("down");
    assertThat(check.detail()).doesNotContain("hush");
    assertThatThrownBy(() -> select(database)).cause().satisfies(DatabaseTest::isUnavailable);
    await(database.close());
  }

  private static void isUnavailable(Throwable e) {
    ApiException problem =
        e instanceof ApiException known ? known : DatabaseFailures.unavailable(e);
    assertThat(problem).as("%s", e).isNotNull();
    assertThat(problem.problem().status()).isEqualTo(503);
  }

  private static void select(Database database) {
    await(database.pool().query("select 1").execute());
  }

  private static String show(Database database, String name) {
    return await(database.pool().query("show " + name).execute()).iterator().next().getString(0);
  }

  private static void signIn(int port, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", password);
    new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties).close();
  }

  private static List<InetAddress> addresses() throws Exception {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
        .filter(each -> !each.isLoopbackAddress())
        .toList();
  }
}
