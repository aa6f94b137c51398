package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names, texts and times that want to be taken for something else. */
final class NameCases {
  private static final String CRLF = "\r\n";

  private NameCases() {}

  static List<Case> all() {
    return List.of(
        Trap.both(
            "names-in-listing",
            Kind.NAMES,
            "names are data",
            NAMES,
            NameCases::list,
            NameCases::naiveList),
        Case.of(
            "names-of-processes",
            Kind.NAMES,
            "names are data",
            NameCases::processes,
            NameCases::naiveProcesses),
        Case.of(
            "forged-log-line",
            Kind.NAMES,
            "one line an entry",
            NameCases::log,
            arena -> forged("12:00:00 INFO  audit exec command=\"" + FORGED + "\"")),
        Case.of(
            "forged-header",
            Kind.NAMES,
            "names never become headers",
            NameCases::header,
            NameCases::naiveHeader),
        Case.on(
            "docker",
            "forged-event",
            Kind.NAMES,
            "output is data",
            arena ->
                events(
                    arena
                        .server()
                        .exec(arena.shared("python"), "printf '" + EVENT + "'")
                        .all()
                        .stream()
                        .map(e -> e.json().encode())
                        .toList()),
            arena -> events(naiveEvents())),
        Case.on(
            "docker",
            "forged-frame",
            Kind.NAMES,
            "output never shares a pipe with frames",
            NameCases::frame,
            NameCases::naiveFrame),
        Trap.both(
            "forged-metadata",
            Kind.NAMES,
            "records are out of reach",
            METADATA,
            NameCases::metadata,
            t ->
                believed(
                    new JsonObject(Files.readString(t.workspace().resolve(".job_metadata.json"))))),
        Case.of(
            "paths-in-requests",
            Kind.NAMES,
            "paths stay inside",
            NameCases::paths,
            NameCases::naivePaths),
        Case.of(
            "ids-in-requests", Kind.NAMES, "ids are no paths", NameCases::ids, NameCases::naiveIds),
        Trap.both(
            "times-beyond-archives",
            Kind.NAMES,
            "any time is packed",
            TIMES,
            NameCases::times,
            NameCases::naiveTimes));
  }

  private static final String NAMES =
      """
      python3 -c '
      import os
      for name in [b"line\\nbreak", b"quote\\"", b"\\xff\\xfe", b"back\\\\slash", b"\\x1b[2Jscreen",
                   b"<script>alert(1)", b"x" * 255, "\\u202egpj.exe".encode(), b"-rf", b" "]:
          open(name, "w").close()
      open("plain.txt", "w").close()
      '
      """;

  private static Finding list(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    for (String path : List.of(trap.job("/files?all=true"), trap.container("/files?path="))) {
      TestServer.Answer answer = server.get(path);
      String text = answer.text();
      if (answer.status() != 200 || !parses(text) || !text.contains("plain.txt")) {
        return Finding.breached(path + ": " + answer.status());
      }
    }
    TestServer.Answer completed = server.post(trap.job("/complete"));
    TestServer.Answer zip = server.get(trap.job("/download"));
    return Finding.of(zip.status() != 200, completed.status() + " " + zip.status());
  }

  private static Finding naiveList(Trap trap) throws Exception {
    String names;
    try (Stream<Path> files = Files.list(trap.workspace())) {
      names = files.map(f -> "\"" + f.getFileName() + "\"").collect(Collectors.joining(","));
    }
    return Finding.of(!parses("{\"files\":[" + names + "]}"), "");
  }

  private static boolean parses(String json) {
    try {
      return !new JsonObject(json).isEmpty();
    } catch (io.vertx.core.json.DecodeException e) {
      return false;
    }
  }

  private static final String TITLE = "\",\"pid\":1,\"command\":\"root-shell\n0 1 0 forged";

  /** The listing of processes must hold one of that name, whole, and none that it forged. */
  private static Finding processes(Arena arena) throws Exception {
    String id = arena.shared("python");
    JsonObject request =
        new JsonObject()
            .put("command", "exec -a \"$TITLE\" sleep 30 || python3 -c \"$TITLED\"")
            .put(
                "command",
                "python3 -c 'import os; os.execv(\"/bin/sleep\", [os.environ[\"TITLE\"], \"30\"])'")
            .put("env", new JsonObject().put("TITLE", TITLE));
    String execId = arena.server().detach(id, request);
    try {
      JsonArray found =
          Arena.await(
              () ->
                  arena
                      .server()
                      .get("/api/v1/containers/" + id + "/processes")
                      .json()
                      .getJsonArray("processes"),
              list -> list.encode().contains("root-shell"));
      boolean whole =
          found.stream()
              .map(JsonObject.class::cast)
              .anyMatch(p -> p.getString("command").startsWith("\",\"pid\":1"));
      return Finding.of(!whole, found.size() + " processes");
    } finally {
      arena.server().delete("/api/v1/containers/" + id + "/execs/" + execId);
    }
  }

  private static Finding naiveProcesses(Arena arena) {
    String json = "{\"pid\":4711,\"command\":\"" + TITLE.replace("\n", " ") + "\"}";
    return Finding.of(new JsonObject(json).getInteger("pid") == 1, json);
  }

  private static final String FORGED = "true\n12:00:00 WARN  audit exec refused=\"forged\"";

  private static Finding log(Arena arena) throws Exception {
    String id = arena.shared("python");
    LogCapture capture = LogCapture.start();
    try {
      arena.server().exec(id, FORGED);
      arena.server().get("/api/v1/jobs/no%0aforged%0d");
      arena.put(id, "forged\u2028 name", "x");
      String log = capture.text();
      return log.contains("exec") ? forged(log) : Finding.broken("nothing logged: " + log);
    } finally {
      capture.stop();
    }
  }

  private static Finding forged(String log) {
    return Finding.of(
        log.lines().anyMatch(line -> line.startsWith("12:00:00 WARN  audit")), log.strip());
  }

  private static final String TITLE_WITH_HEADER =
      "a\"" + CRLF + "Set-Cookie: bb_session=evil; x=\"";

  private static Finding header(Arena arena) throws Exception {
    String id = TestServer.newId();
    TestServer server = arena.server();
    JsonObject body = new JsonObject().put("project_name", TITLE_WITH_HEADER).put("job_id", id);
    TestServer.Answer created = server.post("/api/v1/jobs/create", body);
    if (created.status() == 422) {
      return Finding.held("not taken");
    }
    server.put("/api/v1/jobs/" + id + "/raw/a", "x".getBytes());
    server.post("/api/v1/jobs/" + id + "/complete");
    TestServer.Answer zip = server.get("/api/v1/jobs/" + id + "/download");
    server.delete("/api/v1/jobs/" + id);
    return Finding.of(
        zip.status() != 200 || zip.header("Set-Cookie") != null, zip.header("Content-Disposition"));
  }

  private static Finding naiveHeader(Arena arena) {
    String answer =
        "HTTP/1.1 200 OK"
            + CRLF
            + "Content-Disposition: attachment; filename=\""
            + TITLE_WITH_HEADER;
    return Finding.of(answer.lines().anyMatch(l -> l.startsWith("Set-Cookie:")), "");
  }

  private static final String EVENT =
      "x\\n\\nid: 9\\ndata: {\"type\":\"exit\",\"data\":0,\"success\":true}\\n\\n";

  /** A forged end: one that says success where there are two. */
  private static Finding events(List<String> events) {
    long ends =
        events.stream().filter(e -> new JsonObject(e).getString("type").equals("exit")).count();
    return Finding.of(ends != 1, ends + " ends");
  }

  /** A stream whose writer puts output into it as it is, and its own end after it. */
  private static List<String> naiveEvents() {
    String stream =
        "data: {\"type\":\"stdout\"}\n\n"
            + EVENT.replace("\\n", "\n")
            + "data: {\"type\":\"exit\"}\n\n";
    return stream.lines().filter(l -> l.startsWith("data: ")).map(l -> l.substring(6)).toList();
  }

  /** A report of success, as the agent would frame it. */
  private static final String REPORT = "code=0\\0signal=\\0cause=exited\\0duration_ms=1\\0";

  private static final String FRAME =
      "printf 'X\\000\\000\\000\\053" + REPORT.replace("\\0", "\\000") + "'; exit 3";

  private static Finding frame(Arena arena) throws Exception {
    Events events =
        arena
            .server()
            .exec(
                arena.shared("python"),
                FRAME
                    + " | tee /proc/self/fd/2; for f in /proc/1/fd/* /proc/$PPID/fd/*; do "
                    + "printf X >$f; done 2>/dev/null; exit 3");
    if (!events.stdout().startsWith("X\0\0\0")) {
      return Finding.broken(events.stdout());
    }
    return Finding.of(!Integer.valueOf(3).equals(events.code()), "code " + events.code());
  }

  /** Output and frames on one pipe. */
  private static Finding naiveFrame(Arena arena) throws Exception {
    Result result = Commands.run(10, List.of("sh", "-c", FRAME));
    return Finding.of(
        result.stdout().startsWith("X\0\0\0") && result.stdout().contains("code=0"), "");
  }

  private static final String METADATA =
      """
      cat >.job_metadata.json <<'E'
      {"job_id": "forged", "user_id": "somebody", "status": "complete", "total_size_mb": -5,
       "created_at": "1999-01-01T00:00:00Z"}
      E
      """;

  private static Finding metadata(Trap trap) throws Exception {
    return believed(trap.arena().server().get(trap.job("")).json());
  }

  private static Finding believed(JsonObject record) {
    boolean forged =
        "somebody".equals(record.getString("user_id"))
            || "complete".equals(record.getString("status"));
    return Finding.of(forged, record.encode());
  }

  private static final List<String> WAYS =
      List.of(
          "../outside/canary",
          "..%2foutside%2fcanary",
          "%2e%2e/%2e%2e/outside/canary",
          "a/..%2f..%2f../outside/canary",
          "..%5coutside%5ccanary",
          "%2e%2e%2foutside%2fcanary",
          "..%252foutside%252fcanary",
          "%c0%ae%c0%ae/outside/canary",
          "..;/outside/canary",
          "%00/../../outside/canary",
          "../../outside/canary",
          "..%2f..%2foutside%2fcanary");

  private static Finding paths(Arena arena) throws Exception {
    String id = arena.project();
    arena.server().put("/api/v1/jobs/" + id + "/raw/a/b", "x".getBytes());
    for (String way : WAYS) {
      for (String kind : List.of("/raw/", "/files/")) {
        String answer = plain(arena, "/api/v1/jobs/" + id + kind + way);
        if (answer.contains(arena.canary())) {
          return Finding.breached(way);
        }
      }
      TestServer.Answer written =
          arena
              .server()
              .post(
                  "/api/v1/jobs/" + id + "/files",
                  new JsonObject()
                      .put("path", URLDecoder.decode(way, StandardCharsets.ISO_8859_1))
                      .put("content", "overwritten"));
      if (!Files.readString(arena.canaryFile()).equals(arena.canary())) {
        return Finding.breached("written: " + way + " " + written.status());
      }
    }
    return Finding.held(WAYS.size() + " ways");
  }

  /** As it is, where a client library would tidy the path up. */
  private static String plain(Arena arena, String path) throws Exception {
    return Naive.exchange(
        "127.0.0.1",
        arena.server().port(),
        String.join(
            CRLF, "GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close", "", ""));
  }

  private static Finding naivePaths(Arena arena) throws Exception {
    Path workspace = arena.base().resolve(arena.project());
    for (String way : WAYS) {
      try {
        Path path = workspace.resolve(URLDecoder.decode(way, StandardCharsets.UTF_8));
        if (Files.readString(path).contains(arena.canary())) {
          return Finding.breached(way);
        }
      } catch (java.nio.file.InvalidPathException | java.io.IOException e) {
        // Not this way.
      }
    }
    return Finding.held("no way");
  }

  private static final List<String> IDS =
      List.of("..%2foutside", "%2e%2e%2foutside", "..%2f..%2foutside", ".state", "%2e");

  private static Finding ids(Arena arena) throws Exception {
    for (String id : IDS) {
      for (String path :
          List.of(
              "jobs/" + id + "/raw/canary",
              "jobs/" + id + "/files/canary",
              "containers/" + id + "/files/canary",
              "jobs/" + id + "/files")) {
        String answer = plain(arena, "/api/v1/" + path);
        if (answer.startsWith("HTTP/1.1 2") || answer.contains(arena.canary())) {
          return Finding.breached(path);
        }
      }
    }
    return Finding.held(IDS.size() + " ids");
  }

  private static Finding naiveIds(Arena arena) throws Exception {
    for (String id : IDS) {
      Path file =
          arena.base().resolve(URLDecoder.decode(id, StandardCharsets.UTF_8)).resolve("canary");
      if (Files.exists(file) && Files.readString(file).contains(arena.canary())) {
        return Finding.breached(id);
      }
    }
    return Finding.held("no way");
  }

  private static final String TIMES =
      "echo x >early; touch -d 1900-01-01 early; echo x >late; touch -d 2400-01-01 late; echo x >now";

  private static Finding times(Trap trap) throws Exception {
    trap.arena().server().post(trap.job("/complete"));
    TestServer.Answer zip = trap.arena().server().get(trap.job("/download"));
    return Finding.of(zip.status() != 200, zip.status() + "");
  }

  /** Archives know no time before 1980, and after 2107 their fields overflow. */
  private static Finding naiveTimes(Trap trap) throws Exception {
    long seconds = Files.getLastModifiedTime(trap.workspace().resolve("late")).toMillis() / 1000;
    int field = (int) ((seconds / 31_556_952 - 10) << 25 | 0);
    return Finding.of(field < 0 || seconds != (int) seconds, "field " + field);
  }
}
