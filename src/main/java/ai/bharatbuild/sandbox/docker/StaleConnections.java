package ai.bharatbuild.sandbox.docker;

import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * The blocking client keeps connections open and does not notice when the engine closes them, as it
 * does when it restarts. The next call on each breaks while it is written. As the engine has seen
 * nothing of such a call, it can be made again.
 */
final class StaleConnections {
  /** How many connections the client may hold, and so how many can be stale. */
  static final int MOST = 32;

  private StaleConnections() {}

  static <T> Callable<T> retrying(Callable<T> call) {
    return () -> {
      for (int left = MOST; ; left--) {
        try {
          return call.call();
        } catch (RuntimeException e) {
          if (left == 0 || !wasStale(e)) {
            throw e;
          }
        }
      }
    };
  }

  private static boolean wasStale(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && "Broken pipe".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }
}
