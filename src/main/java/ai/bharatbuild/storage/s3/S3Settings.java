package ai.bharatbuild.storage.s3;

import java.net.URI;

/**
 * Where objects are kept.
 *
 * @param endpoint of a store other than Amazon's own, which is called by path, as MinIO needs; null
 *     for Amazon's
 * @param accessKey null for the SDK's own chain: environment, profile, role of the machine
 * @param secretKey null together with the access key
 */
public record S3Settings(
    URI endpoint, String bucket, String region, String accessKey, String secretKey) {
  /** Without the secret. */
  @Override
  public String toString() {
    return "S3Settings[endpoint=%s, bucket=%s, region=%s]".formatted(endpoint, bucket, region);
  }
}
