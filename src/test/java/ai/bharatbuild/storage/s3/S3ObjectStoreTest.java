package ai.bharatbuild.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.ObjectStoreContract;
import java.net.URI;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Against a server that speaks S3's protocol and checks signatures. */
class S3ObjectStoreTest extends ObjectStoreContract {
  private static final String ACCESS = "test-access";
  private static final String SECRET = "test-secret-of-the-proxy";
  private BlobStoreContext memory;
  private S3Proxy proxy;

  @Override
  protected ObjectStore open() throws Exception {
    memory =
        ContextBuilder.newBuilder("transient")
            .credentials("identity", "credential")
            .overrides(new Properties())
            .build(BlobStoreContext.class);
    memory.getBlobStore().createContainerInLocation(null, "bharatbuild-projects");
    proxy =
        S3Proxy.builder()
            .blobStore(memory.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS, SECRET)
            .build();
    proxy.start();
    return S3ObjectStore.open(vertx, settings(SECRET));
  }

  private S3Settings settings(String secret) {
    return new S3Settings(
        URI.create("http://127.0.0.1:" + proxy.getPort()),
        "bharatbuild-projects",
        "ap-south-1",
        ACCESS,
        secret);
  }

  @AfterAll
  void stopProxy() throws Exception {
    proxy.stop();
    memory.close();
  }

  @Test
  void aWrongSecretIsAStoreThatCannotBeUsed() throws Exception {
    S3ObjectStore other = S3ObjectStore.open(vertx, settings("another"));
    assertThatThrownBy(() -> await(other.putBytes("a", io.vertx.core.buffer.Buffer.buffer("x"))))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(503));
    await(other.close());
    assertThat(settings("another").toString()).doesNotContain("another");
  }
}
