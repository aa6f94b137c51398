package ai.bharatbuild.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server that keeps what it keeps in a bucket, which is away now and then. */
class ZipUploadTest {
  private static final String BUCKET = "bharatbuild-projects";

  @TempDir Path base;
  private final String id = TestServer.newId();
  private final String path = "/api/v1/jobs/" + id;
  private BlobStoreContext memory;
  private S3Proxy proxy;
  private int port;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    memory =
        ContextBuilder.newBuilder("transient")
            .credentials("identity", "credential")
            .build(BlobStoreContext.class);
    memory.getBlobStore().createContainerInLocation(null, BUCKET);
    startStore();
    startServer();
    server.post("/api/v1/jobs/create", new JsonObject().put("project_name", "x").put("job_id", id));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    proxy.stop();
    memory.close();
  }

  /** On the same port each time. */
  private void startStore() throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(memory.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret-of-a-test")
            .build();
    proxy.start();
    port = proxy.getPort();
  }

  private void startServer() throws Exception {
    server =
        TestServer.start(
            base.resolve("jobs"),
            Map.of(
                "DOCKER_SOCKET",
                base.resolve("no-engine.sock").toString(),
                "S3_BUCKET",
                BUCKET,
                "S3_ENDPOINT",
                "http://127.0.0.1:" + port,
                "S3_ACCESS_KEY",
                "access",
                "S3_SECRET_KEY",
                "secret-of-a-test",
                "ZIP_UPLOAD",
                "true"));
  }

  private void write(String content) throws Exception {
    JsonObject file = new JsonObject().put("path", "a.txt").put("content", content);
    assertThat(server.post(path + "/files", file).status()).isEqualTo(200);
  }

  private void complete() throws Exception {
    assertThat(server.post(path + "/complete").status()).isEqualTo(200);
  }

  private JsonObject uploaded() throws Exception {
    return TestServer.eventually(
        () -> server.get(path).json(), it -> it.getString("s3_url") != null);
  }

  private boolean copied() {
    return memory.getBlobStore().blobExists(BUCKET, "projects/" + id + ".zip");
  }

  /** Lets the time of the job's record be over while no server runs. */
  private void age(String member) throws Exception {
    Path record = base.resolve("jobs/.state/jobs").resolve(id + ".json");
    JsonObject json = new JsonObject(Files.readString(record));
    assertThat(json.containsKey(member)).isTrue();
    Files.writeString(record, json.put(member, Instant.now().minusSeconds(60).toString()).encode());
  }

  @Test
  void finishedZipsAndVersionsAreKeptInTheBucket() throws Exception {
    write("a".repeat(5_000));
    complete();
    assertThat(uploaded().getString("s3_url"))
        .isEqualTo("s3://" + BUCKET + "/projects/" + id + ".zip");
    byte[] kept =
        memory
            .getBlobStore()
            .getBlob(BUCKET, "projects/" + id + ".zip")
            .getPayload()
            .openStream()
            .readAllBytes();
    assertThat(kept).isEqualTo(server.get(path + "/download").bytes());
    // Versions are kept beside that, in their own time.
    TestServer.Answer version =
        TestServer.eventually(
            () -> server.get(path + "/versions/1/files/a.txt"), it -> it.status() == 200);
    assertThat(version.bytes()).hasSize(5_000);
    // Another completion is another ZIP.
    server.post(path + "/reopen");
    assertThat(server.get(path).json().getValue("s3_url")).isNull();
  }

  @Test
  void copiesGoWithTheRecordsOfExpiredJobsAsSoonAsTheBucketIsThere() throws Exception {
    write("a");
    complete();
    String url = uploaded().getString("s3_url");
    server.close();
    age("expires_at");
    startServer();
    JsonObject expired =
        TestServer.eventually(
            () -> server.get(path).json(), it -> it.getString("status").equals("expired"));
    assertThat(expired.getString("s3_url")).isEqualTo(url);
    assertThat(copied()).isTrue();
    server.close();
    age("record_until");
    proxy.stop();
    startServer();
    server.post("/api/v1/jobs/admin/cleanup");
    // Nobody finds the job while it is tried.
    TestServer.eventually(() -> server.get(path).json().getString("s3_url"), url::equals);
    startStore();
    TestServer.eventually(
        () -> {
          server.post("/api/v1/jobs/admin/cleanup");
          return copied();
        },
        there -> !there);
    TestServer.eventually(() -> server.get(path).status(), status -> status == 404);
  }

  @Test
  void copiesGoWithDeletedJobsAsSoonAsTheBucketIsThere() throws Exception {
    write("a");
    complete();
    uploaded();
    assertThat(server.get(path + "/versions").json().getInteger("total")).isEqualTo(1);
    proxy.stop();
    assertThat(server.delete(path).status()).isEqualTo(200);
    assertThat(server.get(path).status()).isEqualTo(404);
    server.close();
    assertThat(copied()).isTrue();
    startStore();
    startServer();
    TestServer.eventually(this::copied, there -> !there);
    TestServer.eventually(() -> memory.getBlobStore().list(BUCKET).size(), size -> size == 0);
  }

  @Test
  void completionsWaitForTheBucket() throws Exception {
    proxy.stop();
    for (int round = 1; round <= 3; round++) {
      write("round " + round);
      complete();
      assertThat(server.post(path + "/reopen").status()).isEqualTo(200);
    }
    assertThat(server.get(path + "/versions").status()).isEqualTo(503);
    TestServer.eventually(
        () -> server.get("/health").json().getJsonObject("checks").getJsonObject("objects"),
        // Nothing is said of it before it was looked at for the first time.
        objects ->
            objects != null
                && objects.getString("status").equals("down")
                && objects.getString("detail").contains("3 completed jobs wait"));
    server.close();
    startStore();
    startServer();
    assertThat(server.get(path + "/versions").json().getInteger("total")).isEqualTo(3);
    for (int round = 1; round <= 3; round++) {
      assertThat(server.get(path + "/versions/" + round + "/files/a.txt").text())
          .isEqualTo("round " + round);
    }
  }
}
