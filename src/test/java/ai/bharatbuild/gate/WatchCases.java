package ai.bharatbuild.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a sandbox can do to those who watch its files, to other sandboxes' watches, and to the
 * server.
 */
final class WatchCases {
  private static final long MB = 1 << 20;

  /** Above what the server keeps and what lies in sockets' buffers. */
  private static final long KEPT = 14 * MB;

  private static final String END = "the-end";

  private WatchCases() {}

  static List<Case> all() {
    return List.of(
        Case.on(
            "docker",
            "watch-flood",
            Kind.RESOURCES,
            "watches keep the end",
            WatchCases::flood,
            WatchCases::keepAll),
        Case.on(
            "docker",
            "watch-through-links",
            Kind.LINKS,
            "links are not followed",
            WatchCases::links,
            WatchCases::followed),
        Case.on(
            "docker",
            "inotify-hog",
            Kind.RESOURCES,
            "memory is what bounds watches",
            WatchCases::hog,
            WatchCases::hogWithinALimit));
  }

  private static Events.Open watch(TestServer server, String id) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/containers/" + id + "/watch")).build();
    Events.Open open = server.stream(request);
    open.until(event -> event.type().equals("ready"));
    return open;
  }

  /** Makes files with paths as long as the server shows, with pauses for who watches. */
  private static final String FLOOD =
      """
      import os, sys, time
      deep = "/".join([chr(0x928) * 80] * 5)
      os.makedirs(deep)
      time.sleep(1)
      os.chdir(deep)
      for i in range(14000):
          open(chr(0x92a) * 75 + str(i), "x").close()
          if i % 100 == 99: time.sleep(0.02)
      time.sleep(1)
      open("the-end", "x").close()
      """;

  /** Somebody watches and does not read meanwhile. */
  private static Finding flood(Arena arena) throws Exception {
    TestServer server = arena.server();
    String id = arena.fresh("python", new JsonObject());
    try (Events.Open open = watch(server, id)) {
      arena.put(id, "flood.py", FLOOD);
      Events made = server.exec(id, "python3 -I flood.py");
      if (made.code() == null || made.code() != 0) {
        return Finding.broken(made.stderr());
      }
      long bytes = 0;
      boolean told = false;
      Events.Event event = open.next();
      while (!event.json().encode().contains(END)) {
        bytes += event.json().encode().getBytes(UTF_8).length;
        told |= event.type().equals("gap") || event.type().equals("overflow");
        event = open.next();
      }
      return Finding.of(bytes > KEPT || !told, bytes / MB + " MB, told of a gap: " + told);
    } finally {
      arena.remove(id);
    }
  }

  /** The same process that the server runs, with somebody behind it who keeps what it says. */
  private static Finding keepAll(Arena arena) throws Exception {
    Path log = arena.controls().resolve("watch-" + System.nanoTime());
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      box.start();
      String watch = "exec /usr/local/libexec/bharatbuild/agent watch /workspace";
      Process process =
          new ProcessBuilder(box.command(List.of("-i"), watch))
              .redirectOutput(log.toFile())
              .start();
      try {
        Arena.await(() -> Files.readString(log), said -> said.contains("ready"));
        Files.writeString(box.workspace().resolve("flood.py"), FLOOD);
        box.run("python3 -I flood.py", 60);
        Arena.await(() -> tail(log), said -> said.contains(END));
        return Finding.of(Files.size(log) > KEPT, Files.size(log) / MB + " MB");
      } finally {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static String tail(Path log) throws Exception {
    return Commands.output("tail", "-c", "4000", log.toString());
  }

  private static final String LINKS =
      "mkdir real && ln -s . loop && ln -s loop/loop/loop again && ln -s /tmp out";

  /** Links that lead round in circles, and out of the workspace. */
  private static Finding links(Arena arena) throws Exception {
    TestServer server = arena.server();
    String id = arena.fresh("python", new JsonObject());
    try {
      server.exec(id, LINKS);
      try (Events.Open open = watch(server, id)) {
        server.exec(id, "touch out/outside real/x && sleep 0.5 && touch real/last");
        StringBuilder seen = new StringBuilder();
        Events.Event event = open.next();
        while (!event.json().encode().contains("real/last")) {
          seen.append(event.json().getValue("data")).append(' ');
          event = open.next();
        }
        String all = seen.toString();
        return all.contains("real/x")
            ? Finding.of(all.contains("outside") || all.contains("loop/"), all)
            : Finding.broken("nothing seen: " + all);
      }
    } finally {
      arena.remove(id);
    }
  }

  private static Finding followed(Arena arena) throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      box.start();
      Result found = box.run(LINKS + "; touch /tmp/outside; find -L . -maxdepth 2", 20);
      return Finding.of(found.stdout().contains("out/outside"), found.stdout());
    }
  }

  /** Takes whatever the kernel gives one user of a kind, up to a bound, and says how much. */
  private static final String HOG =
      """
      import ctypes, sys, time
      libc = ctypes.CDLL(None, use_errno=True)
      most, got = int(sys.argv[1]), 0
      while got < most and libc.inotify_init1(0) >= 0: got += 1
      print("got", got, flush=True)
      time.sleep(int(sys.argv[2]))
      """;

  private static final int INSTANCES = 600;

  /** All sandboxes are one user to the kernel, which counts per user. */
  private static Finding hog(Arena arena) throws Exception {
    TestServer server = arena.server();
    String id = arena.fresh("python", new JsonObject());
    try {
      arena.put(id, "hog.py", HOG);
      try (Events.Open hog =
          server.open(
              id, new JsonObject().put("command", "python3 -I hog.py " + INSTANCES + " 60"))) {
        hog.until(event -> event.json().encode().contains("got"));
        String other = arena.shared("python");
        arena.put(other, "hog.py", HOG);
        String said = server.exec(other, "python3 -I hog.py 1 0").stdout();
        return said.isEmpty()
            ? Finding.broken("nothing said")
            : Finding.of(!said.contains("got 1"), said.strip());
      }
    } finally {
      arena.remove(id);
    }
  }

  /** As it is where the kernel's own limit is reached first. */
  private static Finding hogWithinALimit(Arena arena) throws Exception {
    Path program = arena.controls().resolve("hog-" + System.nanoTime() + ".py");
    Files.writeString(program, HOG);
    String line =
        "echo 128 >/proc/sys/user/max_inotify_instances && (python3 -I $0 600 20 & sleep 1;"
            + " python3 -I $0 1 0; kill $!)";
    Result said =
        Commands.run(
            20, List.of("unshare", "-Ur", "sh", "-c", line.replace("$0", program.toString())));
    return Finding.of(said.stdout().contains("got 0"), said.toString());
  }
}
