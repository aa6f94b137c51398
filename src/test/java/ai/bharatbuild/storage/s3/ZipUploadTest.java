package ai.bharatbuild.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server that keeps what it keeps in a bucket. */
class ZipUploadTest {
  private static final String BUCKET = "bharatbuild-projects";

  @Test
  void finishedZipsAndVersionsAreKeptInTheBucket(@TempDir Path base) throws Exception {
    try (BlobStoreContext memory =
        ContextBuilder.newBuilder("transient")
            .credentials("identity", "credential")
            .build(BlobStoreContext.class)) {
      memory.getBlobStore().createContainerInLocation(null, BUCKET);
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(memory.getBlobStore())
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret-of-a-test")
              .build();
      proxy.start();
      try (TestServer server = start(base, proxy.getPort())) {
        upload(server, memory);
      } finally {
        proxy.stop();
      }
    }
  }

  private static TestServer start(Path base, int port) throws Exception {
    return TestServer.start(
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

  private static void upload(TestServer server, BlobStoreContext memory) throws Exception {
    String id = TestServer.newId();
    String path = "/api/v1/jobs/" + id;
    server.post("/api/v1/jobs/create", new JsonObject().put("project_name", "x").put("job_id", id));
    server.post(
        path + "/files", new JsonObject().put("path", "a.txt").put("content", "a".repeat(5_000)));
    server.post(path + "/complete");
    JsonObject job =
        TestServer.eventually(() -> server.get(path).json(), it -> it.getString("s3_url") != null);
    assertThat(job.getString("s3_url")).isEqualTo("s3://" + BUCKET + "/projects/" + id + ".zip");
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
}
