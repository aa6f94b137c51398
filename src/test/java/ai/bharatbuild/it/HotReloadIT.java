package ai.bharatbuild.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchPersistentContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCSSOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser looks at a real project's development server while its files change. */
class HotReloadIT {
  private static final Path EXAMPLE = Path.of("docs/examples/react-vite");
  private static final double PATIENCE_MS = 40_000;

  @TempDir static Path base;
  @TempDir static Path profile;
  private static TestServer server;
  private static Playwright playwright;
  private static BrowserContext browser;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base.resolve("jobs"), Map.of());
    // The machine's own browser is driven; none is fetched.
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launchPersistentContext(
                profile,
                new LaunchPersistentContextOptions()
                    .setExecutablePath(chromium())
                    .setHeadless(true)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--no-proxy-server",
                            "--host-resolver-rules=MAP *.preview.localhost 127.0.0.1")));
    browser.setDefaultTimeout(PATIENCE_MS);
  }

  @AfterAll
  static void stop() throws Exception {
    if (playwright != null) {
      playwright.close();
    }
    server.closeAndClean();
  }

  private static Path chromium() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "chromium"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("There is no chromium; scripts/test.sh installs Debian's."));
  }

  @Test
  void aChangedFileShowsWithoutReloadingThePage() throws Exception {
    String id = project();
    String url = develop(id);
    List<String> sockets = new ArrayList<>();
    Page page = browser.newPage();
    page.onWebSocket(socket -> sockets.add(URI.create(socket.url()).getAuthority()));
    page.navigate(url);
    Locator title = page.locator("h1");
    assertThat(title).hasText("Task board");
    page.getByLabel("New task").fill("typed by hand");
    page.evaluate("window.kept = 'since the page was loaded'");

    String app = source("src/App.tsx");
    write("/api/v1/jobs/", id, "src/App.tsx", app.replace("Task board", "Hot board"));
    assertThat(title).hasText("Hot board", new HasTextOptions().setTimeout(PATIENCE_MS));
    write(
        "/api/v1/containers/",
        id,
        "src/styles.css",
        source("src/styles.css") + "h1 {color: rgb(1, 2, 3)}");
    assertThat(title).hasCSS("color", "rgb(1, 2, 3)", new HasCSSOptions().setTimeout(PATIENCE_MS));

    assertThat(page.evaluate("window.kept")).isEqualTo("since the page was loaded");
    assertThat(page.getByLabel("New task")).hasValue("typed by hand");
    assertThat(sockets).isNotEmpty().containsOnly(URI.create(url).getAuthority());
    // What tells a reload from none does so.
    page.reload();
    assertThat(title).hasText("Hot board");
    assertThat(page.evaluate("window.kept")).isNull();
  }

  /** The example, as a job with its dependencies installed in a sandbox. */
  private static String project() throws Exception {
    String id = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "hot").put("job_id", id));
    JsonArray files = new JsonArray();
    try (Stream<Path> paths = Files.walk(EXAMPLE)) {
      for (Path path : paths.filter(HotReloadIT::isSource).toList()) {
        String name = EXAMPLE.relativize(path).toString();
        files.add(new JsonObject().put("path", name).put("content", Files.readString(path)));
      }
    }
    assertThat(
            server.post("/api/v1/jobs/" + id + "/files/batch", files).json().getInteger("success"))
        .isEqualTo(files.size());
    JsonObject config = new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g");
    TestServer.Answer made =
        server.post(
            "/api/v1/containers/" + id + "/create",
            new JsonObject().put("project_type", "node").put("config", config));
    assertThat(made.status()).isEqualTo(201);
    Events installed = server.exec(id, "npm install");
    assertThat(installed.code()).as(installed.stdout() + installed.stderr()).isZero();
    return id;
  }

  /** The example's own files, not those of somebody who built it where it is. */
  private static boolean isSource(Path path) {
    return Files.isRegularFile(path)
        && !path.toString().contains("node_modules")
        && !path.startsWith(EXAMPLE.resolve("dist"));
  }

  /** Starts the development server and gives the preview's address once it listens. */
  private static String develop(String id) throws Exception {
    server.detach(id, new JsonObject().put("command", "npm run dev").put("timeout", 0));
    return TestServer.eventually(
            () -> server.get("/api/v1/containers/" + id + "/preview").json(),
            preview -> "running".equals(preview.getString("status")))
        .getString("preview_url");
  }

  private static String source(String path) throws IOException {
    return Files.readString(EXAMPLE.resolve(path));
  }

  private static void write(String kind, String id, String path, String content) throws Exception {
    JsonObject file = new JsonObject().put("path", path).put("content", content);
    assertThat(server.post(kind + id + "/files", file).status()).isEqualTo(200);
  }
}
