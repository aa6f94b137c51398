package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;

/** Texts that want to be taken for what the server itself says. */
final class ForgeryCases {
  private static final String CRLF = "\r\n";

  private ForgeryCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(
            "forged-log-line",
            Kind.NAMES,
            "one line an entry",
            ForgeryCases::log,
            arena -> forged("12:00:00 INFO  audit exec command=\"" + FORGED + "\"")),
        Case.of(
            "forged-header",
            Kind.NAMES,
            "names never become headers",
            ForgeryCases::header,
            ForgeryCases::naiveHeader),
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
            ForgeryCases::frame,
            ForgeryCases::naiveFrame),
        Trap.both(
            "forged-metadata",
            Kind.NAMES,
            "records are out of reach",
            METADATA,
            ForgeryCases::metadata,
            t ->
                believed(
                    new JsonObject(
                        Files.readString(t.workspace().resolve(".job_metadata.json"))))));
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
}
