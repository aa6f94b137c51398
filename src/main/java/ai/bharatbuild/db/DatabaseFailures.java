package ai.bharatbuild.db;

import ai.bharatbuild.problem.ApiException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** What callers are told when the database does not answer; the one place that decides it. */
public final class DatabaseFailures {
  private static final String AWAY =
      "The database does not answer; /health tells more. Jobs and running commands go on.";

  /** Of the native transport, which is on the path of a running server alone. */
  private static final String BROKEN_OFF = "io.netty.channel.unix.Errors$NativeIoException";

  private DatabaseFailures() {}

  /**
   * The answer 503 where a failure means that the database is away, and null where it means
   * something else.
   */
  public static ApiException unavailable(Throwable failure) {
    boolean away =
        switch (failure) {
          case null -> false;
          case DatabaseException e -> awayByState(e.getSqlState());
          case ClosedConnectionException e -> true;
          case TimeoutException e -> true;
          case IOException e -> fromClient(e);
          default -> isPoolTimeout(failure);
        };
    return away ? ApiException.unavailable(AWAY) : null;
  }

  /** Whether a failure means that the database is away, whoever has put it into words already. */
  public static boolean away(Throwable failure) {
    return unavailable(failure) != null
        || failure instanceof ApiException told && told.problem().status() == 503;
  }

  /** Whether the failure is the database's refusal of a second row with the same key. */
  public static boolean isDuplicate(Throwable failure, String constraint) {
    return failure instanceof PgException e
        && "23505".equals(e.getSqlState())
        && constraint.equals(e.getConstraint());
  }

  /** Connection exceptions, insufficient resources, and an operator's shutdown. */
  private static boolean awayByState(String state) {
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
  }

  private static boolean fromClient(IOException failure) {
    return failure instanceof java.net.SocketException
        || failure instanceof java.net.UnknownHostException
        || failure.getClass().getName().equals(BROKEN_OFF);
  }

  /** The pool says it without a type of its own. */
  private static boolean isPoolTimeout(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass().getName().startsWith("io.vertx.")
        && message != null
        && (message.startsWith("Timeout")
            || message.startsWith("Connection is not active")
            || message.startsWith("Max waiter size reached")
            || message.startsWith("Pool closed"));
  }
}
