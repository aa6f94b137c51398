package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxGoneException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the engine and the way to it answer into the port's exceptions. Their messages are
 * meant for users, so the engine's own words, which name paths of the host, go to the log and the
 * cause.
 */
final class EngineErrors {
  private static final Logger LOG = LoggerFactory.getLogger(EngineErrors.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private EngineErrors() {}

  /** A failure on the way to the engine, or one that is already in the port's words. */
  static RuntimeException of(Throwable failure) {
    return switch (failure) {
      case RuntimeUnavailableException e -> e;
      case SandboxGoneException e -> e;
      case NotFoundException e -> new SandboxGoneException("The sandbox does not exist any more.");
      case DockerException e -> ofStatus(e.getHttpStatus(), e.getMessage());
      case TimeoutException e -> slow(e);
      case ConnectionPoolTooBusyException e -> busy();
      case IllegalStateException e -> e;
      case IllegalArgumentException e -> e;
      default -> unreachable(failure);
    };
  }

  /** An answer of the engine about one container that is not a success. */
  static RuntimeException ofStatus(int status, String body) {
    if (status == NOT_FOUND) {
      return new SandboxGoneException("The sandbox does not exist any more.");
    }
    if (status == CONFLICT) {
      return new SandboxGoneException("The sandbox is not running.");
    }
    LOG.warn("the engine answered {}: {}", status, message(body));
    return new RuntimeUnavailableException(
        "The Docker engine refused to do this; its answer is in the server's log.",
        new DockerException(message(body), status));
  }

  static RuntimeUnavailableException slow(Throwable cause) {
    return new RuntimeUnavailableException(
        "The Docker engine does not answer in time; it may be overloaded. Try again, and look at"
            + " the engine's log if it goes on.",
        cause);
  }

  static RuntimeUnavailableException busy() {
    return new RuntimeUnavailableException(
        "The Docker engine has too many calls waiting; try again in a moment.", null);
  }

  private static RuntimeUnavailableException unreachable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("Permission denied")) {
        return new RuntimeUnavailableException(
            "The server's user may not use the Docker engine: add it to the group docker, or run"
                + " the server as root.",
            failure);
      }
    }
    LOG.debug("the engine cannot be reached", failure);
    return new RuntimeUnavailableException(
        "The Docker engine does not answer: start it (scripts/engine.sh installs and starts one),"
            + " or set DOCKER_SOCKET to its socket.",
        failure);
  }

  private static String message(String body) {
    try {
      return new JsonObject(body).getString("message", body);
    } catch (DecodeException | ClassCastException e) {
      return body;
    }
  }
}
