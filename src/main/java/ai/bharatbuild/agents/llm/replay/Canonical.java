package ai.bharatbuild.agents.llm.replay;

import ai.bharatbuild.agents.llm.wire.WireRequest;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** Requests in a form in which equal ones have equal bytes, and how two of them differ. */
final class Canonical {
  private static final int MOST_DIFFERENCES = 5;
  private static final int MOST_SHOWN = 120;

  private Canonical() {}

  /** What a request says, members in the order of their names; where it is sent to is no part. */
  static ObjectNode form(WireRequest request) {
    ObjectNode form = Json.MAPPER.createObjectNode().put("target", request.target());
    ObjectNode headers = form.putObject("headers");
    new TreeSet<>(request.headers().keySet())
        .forEach(name -> headers.put(name, request.headers().get(name)));
    form.set("body", sorted(request.body()));
    return form;
  }

  static String hash(JsonNode form) {
    try {
      byte[] bytes = Json.encode(form).getBytes();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = Json.MAPPER.createObjectNode();
      TreeSet<String> names = new TreeSet<>();
      node.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> object.set(name, sorted(node.get(name))));
      return object;
    }
    if (node.isArray()) {
      var array = Json.MAPPER.createArrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    return node;
  }

  /** Where two forms differ, as JSON pointers with both values; the first few. */
  static List<String> differences(JsonNode recorded, JsonNode now) {
    List<String> found = new ArrayList<>();
    compare("", recorded, now, found);
    return found;
  }

  private static void compare(String at, JsonNode recorded, JsonNode now, List<String> found) {
    if (found.size() >= MOST_DIFFERENCES || recorded.equals(now)) {
      return;
    }
    if (recorded.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      recorded.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compare(at + "/" + name, recorded.path(name), now.path(name), found));
    } else if (recorded.isArray() && now.isArray()) {
      for (int i = 0; i < Math.max(recorded.size(), now.size()); i++) {
        compare(at + "/" + i, recorded.path(i), now.path(i), found);
      }
    } else {
      found.add(told(at, recorded, now));
    }
  }

  private static String told(String at, JsonNode recorded, JsonNode now) {
    int from = 0;
    String old = text(recorded);
    String other = text(now);
    while (from < Math.min(old.length(), other.length())
        && old.charAt(from) == other.charAt(from)) {
      from++;
    }
    int begin = Math.max(0, from - MOST_SHOWN / 4);
    return "%s%s: recorded %s, now %s"
        .formatted(
            at, begin > 0 ? " from character " + begin : "", cut(old, begin), cut(other, begin));
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.toString();
  }

  private static String cut(String text, int begin) {
    int from = Math.min(begin, text.length());
    return text.length() - from <= MOST_SHOWN
        ? text.substring(from)
        : text.substring(from, from + MOST_SHOWN) + "…";
  }
}
