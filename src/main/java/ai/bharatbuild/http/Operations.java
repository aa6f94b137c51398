package ai.bharatbuild.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operations of the contract, found by a request's method and normalised path in one walk over
 * the path's segments. A literal segment wins over a parameter, as in the router. Immutable.
 */
public final class Operations {
  private static final Set<String> METHODS =
      Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

  /** What a path leads to. */
  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<String, Operation> operations = new HashMap<>();
    Node parameter;

    /** Stands for any rest of the path, which may be empty. */
    Node rest;
  }

  /**
   * A found path.
   *
   * @param operation null where the path exists without that method
   */
  public record Match(Operation operation) {}

  private final Node root = new Node();
  private final List<Operation> all = new ArrayList<>();

  private Operations() {}

  /**
   * Reads {@code paths} of the contract.
   *
   * @throws IllegalArgumentException when an operation has no {@code x-permission}, or an unknown
   *     one
   */
  public static Operations of(Map<String, Object> contract) {
    Operations operations = new Operations();
    Map<?, ?> paths = (Map<?, ?>) contract.get("paths");
    paths.forEach(
        (path, item) ->
            ((Map<?, ?>) item)
                .forEach(
                    (key, value) -> {
                      if (METHODS.contains(key.toString())) {
                        operations.add(path.toString(), key.toString(), (Map<?, ?>) value);
                      }
                    }));
    return operations;
  }

  public List<Operation> all() {
    return List.copyOf(all);
  }

  /** What the contract has at a path, or null. */
  public Match find(String method, String path) {
    if (!path.startsWith("/")) {
      return null;
    }
    Node found = walk(root, path, 1, method);
    if (found != null) {
      return new Match(found.operations.get(method));
    }
    return walk(root, path, 1, null) == null ? null : new Match(null);
  }

  /**
   * The node that a path leads to and that has the method; any method where that is null. A file
   * may be called like a literal segment, so a literal without the method is passed over.
   */
  private static Node walk(Node node, String path, int from, String method) {
    if (from > path.length()) {
      return has(node, method) ? node : rest(node, method);
    }
    int slash = path.indexOf('/', from);
    int end = slash < 0 ? path.length() : slash;
    Node literal = node.literals.get(path.substring(from, end));
    Node found = literal == null ? null : walk(literal, path, end + 1, method);
    if (found == null && node.parameter != null && end > from) {
      found = walk(node.parameter, path, end + 1, method);
    }
    return found == null ? rest(node, method) : found;
  }

  private static boolean has(Node node, String method) {
    return method == null ? !node.operations.isEmpty() : node.operations.containsKey(method);
  }

  private static Node rest(Node node, String method) {
    return node.rest != null && has(node.rest, method) ? node.rest : null;
  }

  private void add(String path, String method, Map<?, ?> operation) {
    Object told = operation.get("x-permission");
    if (told == null) {
      throw new IllegalArgumentException(
          "%s %s of the contract has no x-permission".formatted(method, path));
    }
    Permission permission = told.equals("public") ? null : Permission.of(told.toString());
    String verb = method.toUpperCase(java.util.Locale.ROOT);
    Operation made =
        new Operation(String.valueOf(operation.get("operationId")), verb, path, permission);
    all.add(made);
    node(path).operations.put(verb, made);
  }

  private Node node(String path) {
    Node node = root;
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.equals("{path}")) {
        node.rest = node.rest == null ? new Node() : node.rest;
        node = node.rest;
      } else if (segment.startsWith("{")) {
        node.parameter = node.parameter == null ? new Node() : node.parameter;
        node = node.parameter;
      } else {
        node = node.literals.computeIfAbsent(segment, s -> new Node());
      }
    }
    return node;
  }
}
