package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Links and other surprises that a sandbox lays out for the server's own file calls. */
final class LinkCases {
  private static final String LINK = "ln -s $OUT/canary x && ln -s $OUT/victim v && ln -s $OUT d";
  private static final String DEFENCE = "no links on the way";
  private static final byte[] MINE = "yours".getBytes();
  private static final long NAIVE_MS = 8_000;

  private LinkCases() {}

  static List<Case> all() {
    return List.of(
        link(
            "link-read",
            LINK,
            LinkCases::read,
            t -> t.seen(Files.readString(t.workspace().resolve("x")))),
        link(
            "link-read-below",
            LINK,
            t -> t.seen(t.arena().server().get(t.job("/raw/d/canary")).text()),
            t -> t.seen(Files.readString(t.workspace().resolve("d/canary")))),
        link("link-write", LINK, t -> write(t, "v"), t -> written(t, "v")),
        link("link-write-below", LINK, t -> write(t, "d/new"), t -> written(t, "d/new")),
        links(
            "link-delete", "mkdir a && ln -s $OUT a/d", LinkCases::delete, LinkCases::naiveDelete),
        links(
            "link-delete-job",
            "mkdir a && ln -s $OUT a/d",
            LinkCases::deleteJob,
            LinkCases::naiveDelete),
        link("link-move", LINK, LinkCases::move, LinkCases::naiveMove),
        link("link-list", LINK, LinkCases::list, LinkCases::naiveList),
        links(
            "link-metadata",
            "ln -sf $OUT/victim .job_metadata.json",
            LinkCases::complete,
            t -> written(t, ".job_metadata.json")),
        race("link-swap-read", LinkCases::raceRead, LinkCases::naiveRaceRead),
        race("link-swap-write", LinkCases::raceWrite, LinkCases::naiveRaceWrite),
        Trap.both(
            "fifo-read",
            Kind.LINKS,
            "regular files only",
            "mkfifo p",
            t -> Finding.of(Naive.hangs(() -> t.arena().server().get(t.job("/raw/p"))), ""),
            LinkCases::naiveFifo),
        Case.of(
            "deep-tree",
            Kind.LINKS,
            "deletes of any depth",
            Trap.lay(DEEP, LinkCases::deepDelete),
            Trap.lay(DEEP, LinkCases::naiveDeepDelete)));
  }

  private static Case link(String name, String script, Trap.Use attack, Trap.Use control) {
    return Trap.both(name, Kind.LINKS, DEFENCE, script, attack, control);
  }

  /** One trap each, where the attack uses it up. */
  private static Case links(String name, String script, Trap.Use attack, Trap.Use control) {
    Attempt first = Trap.lay(script, attack);
    return Case.of(name, Kind.LINKS, DEFENCE, first, Trap.lay(script, control));
  }

  private static Finding read(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    return trap.seen(
        server.get(trap.job("/files/x")).text()
            + server.get(trap.job("/raw/x")).text()
            + server.get(trap.container("/files/x")).text());
  }

  private static Finding write(Trap trap, String path) throws Exception {
    TestServer server = trap.arena().server();
    server.put(trap.job("/raw/" + path), MINE);
    server.post(
        trap.container("/files"), new JsonObject().put("path", path).put("content", "yours"));
    return trap.untouched();
  }

  private static Finding written(Trap trap, String path) throws Exception {
    Files.write(trap.workspace().resolve(path), MINE);
    return trap.untouched();
  }

  private static Finding delete(Trap trap) throws Exception {
    TestServer.Answer answer = trap.arena().server().delete(trap.job("/files/a?recursive=true"));
    return answer.status() / 100 == 2 ? trap.untouched() : Finding.broken(answer.text());
  }

  private static Finding deleteJob(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    server.delete(trap.container(""));
    TestServer.Answer answer = server.delete(trap.job(""));
    server.post("/api/v1/jobs/admin/cleanup");
    Arena.await(() -> Files.exists(trap.workspace()), there -> !there);
    return answer.status() / 100 == 2 ? trap.untouched() : Finding.broken(answer.text());
  }

  private static Finding naiveDelete(Trap trap) throws Exception {
    Naive.delete(trap.workspace().resolve("a"));
    return trap.untouched();
  }

  private static Finding move(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    JsonObject body = new JsonObject().put("from", "d/canary").put("to", "stolen");
    server.post(trap.job("/files/move"), body);
    return trap.untouched();
  }

  private static Finding naiveMove(Trap trap) throws Exception {
    Files.move(trap.workspace().resolve("d/canary"), trap.workspace().resolve("stolen"));
    return trap.untouched();
  }

  private static Finding list(Trap trap) throws Exception {
    String all = trap.arena().server().get(trap.job("/files?all=true&directories=true")).text();
    String below = trap.arena().server().get(trap.job("/files?prefix=d&all=true")).text();
    String path = trap.arena().server().get(trap.container("/files?path=d")).text();
    return Finding.of((all + below + path).contains("victim"), all);
  }

  private static Finding naiveList(Trap trap) throws Exception {
    try (Stream<Path> found = Files.list(trap.workspace().resolve("d"))) {
      String names = found.map(Path::toString).collect(Collectors.joining(" "));
      return Finding.of(names.contains("victim"), names);
    }
  }

  private static Finding complete(Trap trap) throws Exception {
    TestServer.Answer answer = trap.arena().server().post(trap.job("/complete"));
    return answer.status() / 100 == 2 ? trap.untouched() : Finding.broken(answer.text());
  }

  private static Case race(String name, Trap.Use attack, Trap.Use control) {
    return Trap.both(name, Kind.LINKS, "opened beneath a handle", SWAP, attack, control);
  }

  private static Finding raceRead(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    int through = 0;
    for (int i = 0; i < 600; i++) {
      TestServer.Answer answer = server.get(trap.job("/raw/d/canary"));
      through += answer.status() == 200 ? 1 : 0;
      if (answer.text().contains(trap.arena().canary())) {
        return Finding.breached("after " + i);
      }
    }
    return through == 0 || through == 600
        ? Finding.broken(through + "/600")
        : Finding.held(through + "/600");
  }

  private static Finding naiveRaceRead(Trap trap) throws Exception {
    Path file = trap.workspace().resolve("d/canary");
    return naiveRace(
        file,
        () ->
            Files.readString(file).contains(trap.arena().canary())
                ? Finding.breached("read")
                : Finding.held(""));
  }

  private static Finding raceWrite(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    int through = 0;
    for (int i = 0; i < 300; i++) {
      through += server.put(trap.job("/raw/d/new"), MINE).status() / 100 == 2 ? 1 : 0;
    }
    Finding finding = trap.untouched();
    boolean raced = through > 0 && through < 300;
    return finding.is(Finding.Verdict.HELD) && !raced ? Finding.broken(through + "/300") : finding;
  }

  private static Finding naiveRaceWrite(Trap trap) throws Exception {
    Path file = trap.workspace().resolve("d/new");
    return naiveRace(
        file,
        () -> {
          Files.write(file, MINE);
          return trap.untouched();
        });
  }

  /** Looks first, then acts: what every careful program does that does not know of races. */
  private static Finding naiveRace(Path file, java.util.concurrent.Callable<Finding> act)
      throws Exception {
    long end = System.nanoTime() + NAIVE_MS * 1_000_000;
    while (System.nanoTime() < end) {
      try {
        if (Files.isDirectory(file.getParent(), LinkOption.NOFOLLOW_LINKS)
            && act.call().is(Finding.Verdict.BREACHED)) {
          return Finding.breached("raced");
        }
      } catch (IOException e) {
        // It was swapped between two steps of ours.
      }
    }
    return Finding.held("not raced");
  }

  private static Finding naiveFifo(Trap trap) throws Exception {
    Path fifo = trap.workspace().resolve("p");
    boolean hangs = Naive.hangs(() -> Files.readString(fifo));
    Files.writeString(fifo, "let go");
    return Finding.of(hangs, "");
  }

  private static Finding deepDelete(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    server.delete(trap.container(""));
    TestServer.Answer answer = server.delete(trap.job(""));
    if (answer.status() / 100 != 2) {
      return Finding.breached(answer.text());
    }
    Path trash = trap.arena().base().resolve(".state/trash");
    return Arena.await(
        () -> Finding.of(holds(trash), "left in the trash"), f -> f.is(Finding.Verdict.HELD));
  }

  private static boolean holds(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.findAny().isPresent();
    }
  }

  private static Finding naiveDeepDelete(Trap trap) throws Exception {
    try {
      Naive.delete(trap.workspace().resolve("deep"));
      return Finding.held("deleted");
    } catch (FileSystemException | StackOverflowError e) {
      return Finding.breached(e.getClass().getSimpleName());
    }
  }

  /** Swaps a directory and a link that leads outside, as fast as it can, until its sandbox ends. */
  private static final String SWAP =
      """
      mkdir d && echo inside >d/canary && ln -s $OUT evil && cat >swap.py <<'E'
      import ctypes, time
      libc = ctypes.CDLL(None)
      end = time.monotonic() + 80
      while time.monotonic() < end:
          for i in range(1000):
              libc.renameat2(-100, b"d", -100, b"evil", 2)
      E
      python3 swap.py &
      """;

  private static final String DEEP =
      """
      python3 -c '
      import os
      os.mkdir("deep")
      os.chdir("deep")
      for i in range(3000):
          os.mkdir("d" * 100)
          os.chdir("d" * 100)
      open("end", "w")
      '
      """;
}
