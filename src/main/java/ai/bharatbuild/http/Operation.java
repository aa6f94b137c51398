package ai.bharatbuild.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * One operation of the contract.
 *
 * @param id its {@code operationId}
 * @param path its path as the contract writes it, such as {@code /api/v1/jobs/{id}}
 * @param permission what a caller needs, or null where anybody may call
 */
public record Operation(String id, String method, String path, Permission permission) {
  private static final String KEY = Operation.class.getName();

  /** The operation that a request means; empty for what the contract does not have. */
  public static Optional<Operation> of(RoutingContext context) {
    return Optional.ofNullable(context.get(KEY));
  }

  static void set(RoutingContext context, Operation operation) {
    context.put(KEY, operation);
  }
}
