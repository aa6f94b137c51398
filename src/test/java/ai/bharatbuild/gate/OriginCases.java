package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a web page, a preview among them, can make a browser do to the API. */
final class OriginCases {
  private static final String CRLF = "\r\n";

  private OriginCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(
            "foreign-page-writes",
            Kind.PREVIEW,
            "changes from own origin only",
            arena -> create(arena, "http://it.preview.localhost:" + arena.server().port()),
            arena -> create(arena, Arena.TRUSTED)),
        Case.of(
            "opaque-page-writes",
            Kind.PREVIEW,
            "changes from own origin only",
            arena -> create(arena, "null"),
            arena -> create(arena, Arena.TRUSTED)),
        Case.of(
            "foreign-page-reads",
            Kind.PREVIEW,
            "no foreign origin is told",
            arena -> read(arena, "http://it.preview.localhost:" + arena.server().port()),
            arena -> read(arena, Arena.TRUSTED)),
        Case.of(
            "rebound-name",
            Kind.PREVIEW,
            "loopback names only",
            arena -> named(arena, "evil.example:" + arena.server().port()),
            // A proxy in front that says who it thinks is meant.
            arena -> named(arena, "localhost:" + arena.server().port())),
        Case.of(
            "page-on-api-origin",
            Kind.PREVIEW,
            "downloads never run",
            OriginCases::download,
            OriginCases::servedAsPage),
        Case.of(
            "other-workspaces-exec",
            Kind.PREVIEW,
            "ids belong to one workspace",
            arena -> events(arena, arena.shared("node")),
            arena -> events(arena, arena.shared("python"))));
  }

  private static Finding create(Arena arena, String origin) throws Exception {
    String id = TestServer.newId();
    String body = "{\"project_name\":\"x\",\"job_id\":\"" + id + "\"}";
    String answer =
        Naive.exchange(
            "127.0.0.1",
            arena.server().port(),
            String.join(
                CRLF,
                "POST /api/v1/jobs/create HTTP/1.1",
                "Host: localhost:" + arena.server().port(),
                "Origin: " + origin,
                "Content-Type: application/json",
                "Content-Length: " + body.length(),
                "Connection: close",
                "",
                body));
    boolean there = arena.server().get("/api/v1/jobs/" + id).status() == 200;
    arena.server().delete("/api/v1/jobs/" + id);
    return Finding.of(there, answer.lines().findFirst().orElse("nothing"));
  }

  private static Finding read(Arena arena, String origin) throws Exception {
    String answer = get(arena, "localhost:" + arena.server().port(), "Origin: " + origin);
    String allowed =
        answer
            .lines()
            .filter(line -> line.toLowerCase().startsWith("access-control-allow-origin"))
            .findFirst()
            .orElse("not allowed");
    return Finding.of(allowed.contains(origin) || allowed.contains("*"), allowed);
  }

  private static Finding named(Arena arena, String host) throws Exception {
    String status = get(arena, host, "X-Any: 1").lines().findFirst().orElse("nothing");
    return Finding.of(status.contains(" 200"), status);
  }

  private static String get(Arena arena, String host, String header) throws Exception {
    return Naive.exchange(
        "127.0.0.1",
        arena.server().port(),
        String.join(
            CRLF,
            "GET /api/v1/jobs HTTP/1.1",
            "Host: " + host,
            header,
            "Connection: close",
            "",
            ""));
  }

  private static final String PAGE = "<script>fetch('/api/v1/jobs')</script>";

  private static Finding download(Arena arena) throws Exception {
    String id = arena.project();
    arena.server().put("/api/v1/jobs/" + id + "/raw/page.html", PAGE.getBytes());
    TestServer.Answer answer = arena.server().get("/api/v1/jobs/" + id + "/raw/page.html");
    if (!answer.text().equals(PAGE)) {
      return Finding.broken(answer.text());
    }
    return page(
        answer.header("Content-Type"),
        answer.header("Content-Disposition"),
        answer.header("X-Content-Type-Options"));
  }

  private static Finding servedAsPage(Arena arena) throws Exception {
    Path directory = arena.directory("pages");
    Files.writeString(directory.resolve("page.html"), PAGE);
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            directory,
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    try {
      String answer =
          Naive.exchange(
              "127.0.0.1",
              server.getAddress().getPort(),
              "GET /page.html HTTP/1.1"
                  + CRLF
                  + "Host: a"
                  + CRLF
                  + "Connection: close"
                  + CRLF
                  + CRLF);
      return page(header(answer, "content-type"), header(answer, "content-disposition"), null);
    } finally {
      server.stop(0);
    }
  }

  private static Finding page(String type, String disposition, String sniffing) {
    boolean download = disposition != null && disposition.startsWith("attachment");
    boolean runs = type != null && type.contains("html") || !"nosniff".equals(sniffing);
    return Finding.of(!download && runs, type + ", " + disposition + ", " + sniffing);
  }

  private static String header(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.toLowerCase().startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(null);
  }

  /** Asks one workspace for what was run in another. */
  private static Finding events(Arena arena, String asked) throws Exception {
    String id = arena.shared("python");
    String execId =
        arena.server().exec(id, new JsonObject().put("command", "echo secret-output")).execId();
    TestServer.Answer answer =
        arena.server().get("/api/v1/containers/" + asked + "/execs/" + execId + "/events");
    return Finding.of(answer.text().contains("secret-output"), answer.status() + "");
  }
}
