package ai.bharatbuild.storage.s3;

import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import ai.bharatbuild.storage.ObjectKey;
import ai.bharatbuild.storage.ObjectPage;
import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Objects in a bucket of Amazon S3 or of a store that speaks its protocol, such as MinIO. */
public final class S3ObjectStore implements ObjectStore {
  private static final int CONNECTIONS = 50;

  private final Vertx vertx;
  private final S3AsyncClient client;
  private final String bucket;

  private S3ObjectStore(Vertx vertx, S3AsyncClient client, String bucket) {
    this.vertx = vertx;
    this.client = client;
    this.bucket = bucket;
  }

  /** Makes the client; the bucket is not asked for anything yet. */
  public static S3ObjectStore open(Vertx vertx, S3Settings settings) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(CONNECTIONS))
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            // Other stores do not know the checksums that the SDK would add of its own accord.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint()).forcePathStyle(true);
    }
    return new S3ObjectStore(vertx, builder.build(), settings.bucket());
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    return settings.accessKey() == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
  }

  @Override
  public Future<Void> put(String key, ReadStream<Buffer> content, long length) {
    return send(key, length, new StreamBody(vertx.getOrCreateContext(), content, length));
  }

  @Override
  public Future<Void> putBytes(String key, Buffer bytes) {
    return send(key, bytes.length(), AsyncRequestBody.fromBytesUnsafe(bytes.getBytes()));
  }

  @Override
  public Future<Void> putFile(String key, Path file) {
    ObjectKey.check(key);
    return vertx
        .executeBlocking(() -> AsyncRequestBody.fromFile(file), false)
        .compose(body -> send(key, body.contentLength().orElseThrow(), body));
  }

  private Future<Void> send(String key, long length, AsyncRequestBody body) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(ObjectKey.check(key))
            .contentLength(length)
            .contentType("application/octet-stream")
            .build();
    return ask(client.putObject(request, body)).mapEmpty();
  }

  @Override
  public Future<ObjectBody> get(String key, ByteRange range) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder().bucket(bucket).key(ObjectKey.check(key));
    if (!range.all()) {
      String to = range.to() == Long.MAX_VALUE ? "" : Long.toString(range.to());
      request.range("bytes=" + range.from() + '-' + to);
    }
    Context context = vertx.getOrCreateContext();
    CompletableFuture<ResponsePublisher<GetObjectResponse>> answer =
        client.getObject(request.build(), AsyncResponseTransformer.toPublisher());
    return ask(answer).map(opened -> body(context, opened));
  }

  private static ObjectBody body(Context context, ResponsePublisher<GetObjectResponse> opened) {
    BodyStream stream = new BodyStream(context);
    opened.subscribe(stream);
    long length = opened.response().contentLength();
    String part = opened.response().contentRange();
    long size = part == null ? length : Long.parseLong(part.substring(part.indexOf('/') + 1));
    return new ObjectBody(size, length, stream, stream::close);
  }

  @Override
  public Future<ObjectStat> stat(String key) {
    ObjectKey.check(key);
    return ask(client.headObject(request -> request.bucket(bucket).key(key)))
        .map(head -> new ObjectStat(key, head.contentLength(), head.lastModified()))
        .recover(
            e -> S3Failures.isMissing(e) ? Future.succeededFuture(null) : Future.failedFuture(e));
  }

  @Override
  public Future<Void> delete(String key) {
    ObjectKey.check(key);
    return ask(client.deleteObject(request -> request.bucket(bucket).key(key))).mapEmpty();
  }

  @Override
  public Future<ObjectPage> list(String prefix, String after, int limit) {
    ObjectKey.checkPrefix(prefix);
    return ask(client.listObjectsV2(
            request -> {
              request.bucket(bucket).prefix(prefix).maxKeys(limit);
              if (!after.isEmpty()) {
                request.startAfter(after);
              }
            }))
        .map(
            page ->
                new ObjectPage(
                    page.contents().stream()
                        .map(it -> new ObjectStat(it.key(), it.size(), it.lastModified()))
                        .toList(),
                    Boolean.TRUE.equals(page.isTruncated())));
  }

  @Override
  public Future<String> ping() {
    return ask(client.headBucket(request -> request.bucket(bucket)))
        .map("objects are kept in the bucket " + bucket);
  }

  @Override
  public Future<Void> close() {
    // It waits for its threads.
    return vertx.executeBlocking(
        () -> {
          client.close();
          return null;
        },
        false);
  }

  private <T> Future<T> ask(CompletableFuture<T> answer) {
    return Future.fromCompletionStage(answer, vertx.getOrCreateContext())
        .recover(e -> Future.failedFuture(S3Failures.translate(e)));
  }
}
