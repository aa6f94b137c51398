package ai.bharatbuild.storage.s3;

import ai.bharatbuild.problem.ApiException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Failures of the client in the words of the port. */
final class S3Failures {
  private static final Logger LOG = LoggerFactory.getLogger(S3Failures.class);
  private static final int NOT_FOUND = 404;
  private static final int BAD_RANGE = 416;

  private S3Failures() {}

  static Throwable translate(Throwable cause) {
    return switch (cause) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          translate(wrapped.getCause());
      case S3Exception e when e.statusCode() == NOT_FOUND -> ApiException.notFound("object");
      case S3Exception e when e.statusCode() == BAD_RANGE ->
          new ApiException(
              BAD_RANGE, "range_not_satisfiable", "The object has no byte of that range.");
      case S3Exception e -> unavailable(e);
      case SdkClientException e when e.getCause() instanceof IllegalStateException own -> own;
      case SdkClientException e -> unavailable(e);
      default -> cause;
    };
  }

  static boolean isMissing(Throwable cause) {
    return translate(cause) instanceof ApiException known && known.problem().status() == NOT_FOUND;
  }

  private static ApiException unavailable(Exception cause) {
    LOG.warn("the object store does not work: {}", cause.toString());
    return ApiException.unavailable("The object store cannot be used now; try again.");
  }
}
