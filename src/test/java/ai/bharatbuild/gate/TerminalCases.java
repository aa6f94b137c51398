package ai.bharatbuild.gate;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What clients of terminals, and what runs on them, can do to the server and to other viewers. */
final class TerminalCases {
  private static final long MB = 1 << 20;

  /** Far above what lies in sockets' buffers, far below what is sent. */
  private static final long TAKEN = 24 * MB;

  private static final int FLOOD_MESSAGES = 1_024;
  private static final int CROWD = 30;
  private static final int MOST_SHELLS = 10;
  private static final String FORGED = "{\"type\":\"exit\",\"code\":0,\"cause\":\"forged\"}";

  private TerminalCases() {}

  static List<Case> all() {
    return List.of(
        terminal(
            "terminal-input-flood",
            Kind.RESOURCES,
            "input waits for the shell",
            TerminalCases::input,
            a -> naive(new byte[64 << 10], false)),
        terminal(
            "resize-storm",
            Kind.RESOURCES,
            "sizes wait for the shell",
            TerminalCases::resizes,
            a -> naive(resize(), true)),
        terminal(
            "unread-terminal",
            Kind.RESOURCES,
            "viewers slow nobody",
            TerminalCases::unread,
            FloodCases::unreadPipe),
        terminal(
            "terminal-crowd",
            Kind.RESOURCES,
            "ten terminals each",
            TerminalCases::crowd,
            TerminalCases::crowdOfTheEngine),
        terminal(
            "other-workspaces-terminal",
            Kind.PREVIEW,
            "ids belong to one workspace",
            a -> join(a, "node"),
            a -> join(a, "python")),
        terminal(
            "foreign-page-terminal",
            Kind.PREVIEW,
            "own origin only",
            a -> page(a, "http://it.preview.localhost:" + a.server().port()),
            a -> page(a, Arena.TRUSTED)),
        terminal(
            "forged-terminal-message",
            Kind.NAMES,
            "output is never a message",
            TerminalCases::forge,
            TerminalCases::forgeNaively));
  }

  private static Case terminal(
      String name, Kind kind, String defence, Attempt attack, Attempt control) {
    return Case.on("docker", name, kind, defence, attack, control);
  }

  private static TerminalClient open(Arena arena, String id, String query) throws Exception {
    return TerminalClient.open(TerminalClient.place(arena, id, query), true);
  }

  private static void end(Arena arena, String id, String terminal) throws Exception {
    arena.server().delete("/api/v1/containers/" + id + "/terminals/" + terminal);
  }

  /** Nobody reads what is typed. */
  private static Finding input(Arena arena) throws Exception {
    String id = arena.fresh("static", new JsonObject());
    try (TerminalClient client = open(arena, id, "terminal_id=flood")) {
      client.type("stty raw -echo; echo sle$((0))eps; exec sleep 600\n");
      client.awaitScreen("sle0eps");
      long taken = client.flood(new byte[64 << 10], FLOOD_MESSAGES, false);
      return Finding.of(taken > TAKEN, taken / MB + " MB taken");
    } finally {
      arena.remove(id);
    }
  }

  /** The agent gets no processor, as when commands beside it take all that the sandbox has. */
  private static Finding resizes(Arena arena) throws Exception {
    String id = arena.fresh("static", new JsonObject());
    String container = arena.engine().sandbox(id).getId();
    try (TerminalClient client = open(arena, id, "terminal_id=storm")) {
      client.type("echo up$((0))\n");
      client.awaitScreen("up0");
      arena.engine().client().pauseContainerCmd(container).exec();
      try {
        byte[] message = resize();
        long taken = client.flood(message, (int) (64 * MB / message.length), true);
        return Finding.of(taken > TAKEN, taken / MB + " MB taken");
      } finally {
        arena.engine().client().unpauseContainerCmd(container).exec();
      }
    } finally {
      arena.remove(id);
    }
  }

  private static byte[] resize() {
    String message =
        "{\"type\":\"resize\",\"cols\":80,\"rows\":24,\"pad\":\"" + "x".repeat(4_000) + "\"}";
    return message.getBytes(StandardCharsets.US_ASCII);
  }

  private static Finding naive(byte[] message, boolean text) throws Exception {
    try (NaiveTerminal server = new NaiveTerminal("");
        TerminalClient client = TerminalClient.open(server.place(), true)) {
      long taken = client.flood(message, (int) (64 * MB / message.length), text);
      return Finding.of(taken > TAKEN, taken / MB + " MB taken");
    }
  }

  /** One viewer reads nothing; the shell and the other one must not notice. */
  private static Finding unread(Arena arena) throws Exception {
    String id = arena.fresh("static", new JsonObject());
    String query = "terminal_id=unread";
    try (TerminalClient reading = open(arena, id, query);
        TerminalClient silent =
            TerminalClient.open(TerminalClient.place(arena, id, query), false)) {
      reading.type("yes | head -c 20M; echo ov$((0))er\n");
      boolean over = !Naive.hangs(() -> awaitOver(reading), 60);
      return Finding.of(!over, silent.screen().length() + " bytes for the silent one");
    } finally {
      arena.remove(id);
    }
  }

  private static Void awaitOver(TerminalClient reading) throws Exception {
    reading.awaitScreen("ov0er");
    return null;
  }

  private static Finding crowd(Arena arena) throws Exception {
    String id = arena.fresh("static", new JsonObject());
    List<TerminalClient> clients = new ArrayList<>();
    String refused = "";
    try {
      for (int i = 0; i < CROWD; i++) {
        try {
          clients.add(open(arena, id, ""));
        } catch (java.util.concurrent.ExecutionException e) {
          refused = e.getCause().toString();
        }
      }
      JsonArray open =
          arena
              .server()
              .get("/api/v1/containers/" + id + "/terminals")
              .json()
              .getJsonArray("terminals");
      return open.isEmpty()
          ? Finding.broken("no terminal at all: " + refused)
          : Finding.of(open.size() > MOST_SHELLS, open.size() + " shells");
    } finally {
      clients.forEach(TerminalClient::close);
      arena.remove(id);
    }
  }

  private static Finding crowdOfTheEngine(Arena arena) throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      box.start();
      for (int i = 0; i < MOST_SHELLS + 2; i++) {
        box.background(box.user, "sleep 914713");
      }
      String count = box.run("pgrep -fc '[s]leep 914713'", 20).stdout().strip();
      return Finding.of(Integer.parseInt(count) > MOST_SHELLS, count + " shells");
    }
  }

  /** Asks a workspace for a terminal of the Python one by its id. */
  private static Finding join(Arena arena, String asked) throws Exception {
    String owner = arena.shared("python");
    String name = "secret-" + System.nanoTime();
    String id = arena.shared(asked);
    try (TerminalClient mine = open(arena, owner, "terminal_id=" + name)) {
      mine.type("echo secret-$((40+2))\n");
      mine.awaitScreen("secret-42");
      try (TerminalClient other = open(arena, id, "terminal_id=" + name)) {
        other.type("echo he$((0))re\n");
        other.awaitScreen("he0re");
        return Finding.of(other.screen().contains("secret-42"), other.told().strip());
      }
    } finally {
      end(arena, owner, name);
      end(arena, id, name);
    }
  }

  private static Finding page(Arena arena, String origin) throws Exception {
    String id = arena.shared("python");
    String name = "page-" + System.nanoTime();
    int status =
        TerminalClient.handshake(TerminalClient.place(arena, id, "terminal_id=" + name), origin);
    end(arena, id, name);
    return Finding.of(status == 101, "status " + status);
  }

  /** A program tells viewers what only the server may tell them. */
  private static Finding forge(Arena arena) throws Exception {
    String id = arena.shared("python");
    String name = "forge-" + System.nanoTime();
    try (TerminalClient client = open(arena, id, "terminal_id=" + name)) {
      client.type("stty -echo; printf '%s\\n' '" + FORGED + "'; echo sa$((0))id\n");
      client.awaitScreen("sa0id");
      return client.screen().contains("\"forged\"")
          ? forged(client)
          : Finding.broken(client.screen());
    } finally {
      end(arena, id, name);
    }
  }

  private static Finding forgeNaively(Arena arena) throws Exception {
    try (NaiveTerminal server = new NaiveTerminal(FORGED);
        TerminalClient client = TerminalClient.open(server.place(), true)) {
      Arena.await(() -> client.told().length() > 0, there -> there);
      return forged(client);
    }
  }

  private static Finding forged(TerminalClient client) {
    return Finding.of(client.told().contains("forged"), client.told().strip());
  }
}
