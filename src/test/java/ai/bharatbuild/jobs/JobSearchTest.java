package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Search in a job's files, through the API. */
class JobSearchTest {
  /** Linear, yet some tens of seconds of work on a megabyte without a digit. */
  private static final String SLOW = "[a-z]{0,999}[a-z]{0,999}[0-9]";

  @TempDir static Path temp;
  private static Path base;
  private static JobServer server;

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply search(String id, String q, String more) throws Exception {
    return server.get("/" + id + "/search?q=" + JobServer.encode(q) + more);
  }

  private static List<JsonObject> matches(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonArray("matches").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> places(Reply reply) {
    return matches(reply).stream()
        .map(m -> m.getString("path") + ":" + m.getInteger("line") + ":" + m.getInteger("column"))
        .toList();
  }

  /** Puts a file there as a process in a sandbox would. */
  private static Path put(String id, String path, byte[] content) throws Exception {
    Path file = base.resolve(id).resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static void put(String id, String path, String content) throws Exception {
    put(id, path, content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tellsWhereAndShowsTheLine() throws Exception {
    String id = server.create("s-where");
    server.write(id, "src/a.txt", "one\r\ntwo \uD83D\uDE00 Needle needle\nthree\n\nfive");
    Reply reply = search(id, "eedle", "&context=2");

    JsonObject match = matches(reply).getFirst();
    assertThat(match.getString("path")).isEqualTo("src/a.txt");
    assertThat(match.getInteger("line")).isEqualTo(2);
    assertThat(match.getInteger("column")).isEqualTo(9);
    assertThat(match.getInteger("length")).isEqualTo(5);
    assertThat(match.getString("snippet")).isEqualTo("two \uD83D\uDE00 Needle needle");
    assertThat(match.getInteger("snippet_start")).isZero();
    assertThat(match.getJsonArray("before")).isEqualTo(JsonArray.of("one"));
    assertThat(match.getJsonArray("after")).isEqualTo(JsonArray.of("three", ""));
    assertThat(reply.json().getInteger("count")).isEqualTo(1);
    assertThat(reply.json().getValue("stopped_by")).isNull();
    assertThat(reply.json().getValue("next")).isNull();
  }

  @Test
  void longLinesAreCutAroundTheMatch() throws Exception {
    String id = server.create("s-long");
    String emoji = "\uD83D\uDE00";
    String line = emoji.repeat(5_000) + "needle" + emoji.repeat(5_000);
    server.write(id, "a.txt", line);
    JsonObject match = matches(search(id, "needle", "")).getFirst();

    String snippet = match.getString("snippet");
    int start = match.getInteger("snippet_start");
    assertThat(match.getInteger("column")).isEqualTo(10_001);
    assertThat(snippet.length()).isLessThanOrEqualTo(240);
    assertThat(line.substring(start, start + snippet.length())).isEqualTo(snippet);
    assertThat(snippet).contains("needle");
    assertThat(Character.isLowSurrogate(snippet.charAt(0))).isFalse();
    assertThat(Character.isHighSurrogate(snippet.charAt(snippet.length() - 1))).isFalse();
  }

  @Test
  void literalRegexAndCase() throws Exception {
    String id = server.create("s-kinds");
    server.write(id, "a.txt", "a.c\nabc\nABC\nfoo(bar)\n");

    assertThat(places(search(id, "a.c", ""))).containsExactly("a.txt:1:1");
    assertThat(places(search(id, "a.c", "&regex=true"))).containsExactly("a.txt:1:1", "a.txt:2:1");
    assertThat(places(search(id, "A.C", "&ignore_case=true"))).containsExactly("a.txt:1:1");
    assertThat(places(search(id, "^a.C$", "&regex=true&ignore_case=true"))).hasSize(3);
    assertThat(places(search(id, "o(b", ""))).containsExactly("a.txt:4:3");
    assertThat(places(search(id, "absent", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "q=(&regex=true,q",
    "q=(%3F%3D.)&regex=true,q",
    "q=x%7B1000%7Dx%7B1000%7Dx%7B1000%7Dx%7B1000%7Dx%7B1000%7Dx%7B1000%7D&regex=true,q",
    "q=,q",
    "x=1,q",
    "q=a%0Ab,q",
    "q=a&regex=maybe,regex",
    "q=a&limit=0,limit",
    "q=a&limit=1001,limit",
    "q=a&context=11,context",
    "q=a&time_ms=0,time_ms",
    "q=a&include=%7B,include",
    "q=a&after=!,after",
    "q=a&after=AAAA,after"
  })
  void wrongParametersAreNamed(String query, String name) throws Exception {
    Reply reply = server.get("/" + "s-kinds-none/search?" + query);
    if (query.contains("regex=true")) {
      server.tryCreate("s-kinds-none");
      reply = server.get("/" + "s-kinds-none/search?" + query);
    }
    assertThat(reply.status()).as(reply.body()).isEqualTo(422);
    assertThat(reply.json().getJsonArray("errors").getJsonObject(0).getJsonArray("loc"))
        .isEqualTo(JsonArray.of("query", name));
  }

  @Test
  void choosesFiles() throws Exception {
    String id = server.create("s-files");
    for (String path :
        List.of("a.ts", "b.js", "src/c.ts", "src/gen/d.ts", "lib/e.ts", "node_modules/m/f.ts")) {
      server.write(id, path, "needle\n");
    }
    put(id, ".git/config", "needle\n");

    assertThat(places(search(id, "needle", "")))
        .containsExactly(
            "a.ts:1:1", "b.js:1:1", "lib/e.ts:1:1", "src/c.ts:1:1", "src/gen/d.ts:1:1");
    assertThat(places(search(id, "needle", "&include=*.ts&exclude=gen&exclude=lib/")))
        .containsExactly("a.ts:1:1", "src/c.ts:1:1");
    assertThat(places(search(id, "needle", "&path=src"))).hasSize(2);
    assertThat(places(search(id, "needle", "&path=node_modules"))).hasSize(1);
    assertThat(places(search(id, "needle", "&all=true"))).hasSize(7);
    assertThat(places(search(id, "needle", "&path=absent"))).isEmpty();
    assertThat(search(id, "needle", "&path=../x").code()).isEqualTo("invalid_path");
  }

  @Test
  void leavesOutWhatIsNoText() throws Exception {
    String id = server.create("s-binary");
    put(id, "binary", "needle\0needle".getBytes(StandardCharsets.UTF_8));
    put(id, "huge.txt", "needle\n".repeat(JobServer.MAX_FILE / 7 + 1));
    put(id, "latin1.txt", "caf\u00e9 needle\n".getBytes(StandardCharsets.ISO_8859_1));
    Path secret = Files.writeString(temp.resolve("secret.txt"), "needle");
    Files.createSymbolicLink(base.resolve(id).resolve("link.txt"), secret);
    Files.createSymbolicLink(base.resolve(id).resolve("linked"), temp);
    Reply reply = search(id, "needle", "");

    assertThat(places(reply)).containsExactly("latin1.txt:1:6");
    assertThat(matches(reply).getFirst().getString("snippet")).isEqualTo("caf\uFFFD needle");
    assertThat(reply.json().getJsonObject("skipped").getInteger("binary")).isEqualTo(1);
    assertThat(reply.json().getJsonObject("skipped").getInteger("too_large")).isEqualTo(1);
    assertThat(search(id, "needle", "&path=linked").code()).isEqualTo("invalid_path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"&limit=7", "&time_ms=1"})
  void pagesGoOnWhereTheLastOneStopped(String bound) throws Exception {
    String id = "s-pages-" + bound.substring(1, 5);
    server.create(id);
    List<String> expected = new ArrayList<>();
    for (String path :
        List.of("a", "a-b/x", "a/../a.d/b/c", "a.d/b/c.d", "a.d/b/d", "a.d/z", "b/c/d/e", "c")) {
      String clean = path.replace("a/../", "");
      put(id, clean, "x\nneedle\n\nneedle and needle\n".repeat(2));
      for (int i = 0; i < 2; i++) {
        expected.add(clean + ":" + (4 * i + 2) + ":1");
        expected.add(clean + ":" + (4 * i + 4) + ":1");
      }
    }
    List<String> found = new ArrayList<>();
    String after = "";
    int pages = 0;
    do {
      Reply page = search(id, "needle", bound + after);
      found.addAll(places(page));
      String next = page.json().getString("next");
      assertThat(next == null).isEqualTo(page.json().getString("stopped_by") == null);
      after = next == null ? null : "&after=" + next;
      pages++;
    } while (after != null && pages < 1_000);

    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(pages).isGreaterThan(1);
  }

  @Test
  void anExpensiveExpressionIsStoppedWithinALine() throws Exception {
    String id = server.create("s-slow");
    put(id, "a.txt", "a".repeat(1_000_000) + "\nb7\n");
    Reply first = search(id, SLOW, "&regex=true&time_ms=200");

    assertThat(matches(first)).isEmpty();
    assertThat(first.json().getString("stopped_by")).isEqualTo("time");
    assertThat(first.json().getJsonObject("skipped").getInteger("slow_lines")).isEqualTo(1);
    assertThat(first.json().getInteger("duration_ms")).isLessThan(10_000);
    String next = "&regex=true&after=" + first.json().getString("next");
    assertThat(places(search(id, SLOW, next))).containsExactly("a.txt:2:1");
  }

  /** One slow line holds a lane for as long as it is let, and every lane has one of them here. */
  @Test
  void searchesLeaveRoomForOthersAndEndWithTheirClient() throws Exception {
    String id = server.create("s-leave");
    put(id, "slow.txt", "a".repeat(1 << 20));
    put(id, "z.txt", "needle");
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Socket socket = new Socket("127.0.0.1", server.server().port());
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET /api/v1/jobs/"
                  + id
                  + "/search?regex=true&time_ms=30000&q="
                  + JobServer.encode(SLOW)
                  + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      clients.add(socket);
    }
    HttpRequest quick =
        server.request("/" + id + "/search?q=needle").timeout(Duration.ofSeconds(2)).build();
    TestServer.eventually(() -> isAnswered(quick), answered -> !answered);
    assertThat(server.write(id, "new.txt", "while they search").status()).isEqualTo(200);
    for (Socket client : clients) {
      client.close();
    }
    HttpRequest.Builder free =
        server.request("/" + id + "/search?q=needle").timeout(Duration.ofSeconds(15));
    assertThat(places(server.send(free.GET()))).containsExactly("z.txt:1:1");
  }

  private static boolean isAnswered(HttpRequest request) throws Exception {
    try {
      server.server().client().send(request, HttpResponse.BodyHandlers.discarding());
      return true;
    } catch (HttpTimeoutException e) {
      return false;
    }
  }

  @Test
  void jobsThatAreNotThereAreNotSearched() throws Exception {
    assertThat(search("s-none", "x", "").status()).isEqualTo(404);
    String id = server.create("s-done");
    server.write(id, "a.txt", "needle");
    server.post("/" + id + "/complete", null);
    assertThat(places(search(id, "needle", ""))).hasSize(1);
    assertThat(server.server().get("/api/v1/containers/" + id + "/search?q=needle").status())
        .isIn(404, 503);
  }
}
