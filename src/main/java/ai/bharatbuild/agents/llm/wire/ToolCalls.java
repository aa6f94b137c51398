package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Puts together the tool calls of one answer from their pieces. */
public final class ToolCalls {
  private static final int MAX_ARGUMENTS = 4 << 20;

  private static final class Open {
    final int index;
    final String id;
    final String name;
    final StringBuilder json = new StringBuilder();

    Open(int index, String id, String name) {
      this.index = index;
      this.id = id;
      this.name = name;
    }
  }

  private final Consumer<ModelEvent> out;
  private final Map<Object, Open> open = new LinkedHashMap<>();
  private final List<Open> broken = new ArrayList<>();
  private int count;

  public ToolCalls(Consumer<ModelEvent> out) {
    this.out = out;
  }

  public boolean isOpen(Object key) {
    return open.containsKey(key);
  }

  /** The id of the open call that the wire names so, or null. */
  public String id(Object key) {
    Open call = open.get(key);
    return call == null ? null : call.id;
  }

  /** How many began. */
  public int count() {
    return count;
  }

  /**
   * A call begins.
   *
   * @param key by which the wire names it
   */
  public void start(Object key, String id, String name) {
    if (name.isEmpty() || id.isEmpty()) {
      throw EventReader.malformed("a tool call without an id or a name");
    }
    Open call = new Open(count++, id, name);
    open.put(key, call);
    out.accept(new ModelEvent.ToolCallStarted(call.index, id, name));
  }

  /** A piece of its arguments. */
  public void append(Object key, String json) {
    Open call = open.get(key);
    if (call == null) {
      throw EventReader.malformed("arguments of a tool call that did not begin");
    }
    if (json.isEmpty()) {
      return;
    }
    if (call.json.length() + json.length() > MAX_ARGUMENTS) {
      throw EventReader.malformed("a tool call of more than " + MAX_ARGUMENTS + " characters");
    }
    call.json.append(json);
    out.accept(new ModelEvent.ToolArguments(call.index, json));
  }

  /**
   * Its arguments are complete. Where they are no JSON, the end of the answer will say whether it
   * was cut off there.
   */
  public void complete(Object key, String signature) {
    Open call = open.remove(key);
    if (call == null) {
      return;
    }
    JsonNode arguments = parse(call.json);
    if (arguments == null) {
      broken.add(call);
      return;
    }
    out.accept(
        new ModelEvent.ToolCallCompleted(call.index, call.id, call.name, arguments, signature));
  }

  /** The answer ends: what is open is completed, and what is no JSON was cut off or is broken. */
  public void end(StopReason reason) {
    List.copyOf(open.keySet()).forEach(key -> complete(key, null));
    if (!broken.isEmpty() && !reason.truncated()) {
      throw EventReader.malformed("a call of " + broken.getFirst().name + " with broken arguments");
    }
    for (Open call : broken) {
      out.accept(
          new ModelEvent.ToolCallTruncated(call.index, call.id, call.name, call.json.toString()));
    }
  }

  private static JsonNode parse(StringBuilder json) {
    if (json.isEmpty()) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      JsonNode node = Json.MAPPER.readTree(json.toString());
      return node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
