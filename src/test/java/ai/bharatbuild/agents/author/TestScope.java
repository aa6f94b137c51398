package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelEvent.ToolCallTruncated;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.RequestCheck;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.RunStoppedException;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A run whose model is a function. Every question is checked as adapters check it. */
public final class TestScope implements RunScope {
  /** An event of the run. */
  record Told(String type, Map<String, ?> data) {}

  static final AtomicInteger IDS = new AtomicInteger();

  public final MemoryWorkspace workspace = new MemoryWorkspace();
  final List<ModelRequest> asked = new CopyOnWriteArrayList<>();
  final List<String> stages = new CopyOnWriteArrayList<>();
  final List<Told> told = new CopyOnWriteArrayList<>();
  volatile boolean stopped;
  volatile boolean pictures = true;
  volatile Function<ModelRequest, ModelAnswer> model = request -> end("Done.");

  /** One answer after another. */
  TestScope answers(ModelAnswer... answers) {
    Deque<ModelAnswer> left = new ArrayDeque<>(Arrays.asList(answers));
    model = request -> left.removeFirst();
    return this;
  }

  @Override
  public Workspace workspace() {
    return workspace;
  }

  @Override
  public ModelAnswer ask(String stage, ModelRequest request) {
    check();
    RequestCheck.check(request);
    asked.add(request);
    stages.add(stage);
    return model.apply(request);
  }

  @Override
  public boolean takesPictures() {
    return pictures;
  }

  @Override
  public int maxOutputTokens() {
    return 8_000;
  }

  @Override
  public void tell(String type, Map<String, ?> data) {
    told.add(new Told(type, data));
  }

  @Override
  public void check() {
    if (stopped) {
      throw new RunStoppedException("cancelled");
    }
  }

  List<Object> events(String type, String member) {
    return told.stream()
        .filter(it -> it.type().equals(type))
        .<Object>map(it -> it.data().get(member))
        .toList();
  }

  static ModelAnswer end(String text) {
    return answer(text, StopReason.END_TURN, List.of(), List.of());
  }

  static ModelAnswer stop(StopReason reason, String text) {
    return answer(text, reason, List.of(), List.of());
  }

  static ModelAnswer calls(Block.ToolUse... calls) {
    return answer("", StopReason.TOOL_USE, List.of(calls), List.of());
  }

  /** An answer whose limit cut off the arguments of its call. */
  static ModelAnswer cut(String tool, String json) {
    return answer(
        "",
        StopReason.MAX_TOKENS,
        List.of(),
        List.of(new ToolCallTruncated(0, "t" + IDS.incrementAndGet(), tool, json)));
  }

  private static ModelAnswer answer(
      String text, StopReason reason, List<Block.ToolUse> calls, List<ToolCallTruncated> cut) {
    return new ModelAnswer(text, calls, cut, reason, Usage.NONE, null);
  }

  /** A call with texts, numbers and flags as arguments. */
  static Block.ToolUse call(String tool, Object... arguments) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    for (int i = 0; i < arguments.length; i += 2) {
      node.set((String) arguments[i], Json.MAPPER.valueToTree(arguments[i + 1]));
    }
    return new Block.ToolUse("t" + IDS.incrementAndGet(), tool, node);
  }

  static Block.ToolUse write(String path, String content) {
    return call("write_file", "path", path, "content", content);
  }

  static Block.ToolUse edit(String path, String search, String replace) {
    return call(
        "edit_file", "path", path, "edits", List.of(Map.of("search", search, "replace", replace)));
  }

  /** All that a question says, instructions included. */
  static String said(ModelRequest request) {
    return request.system().stream().map(it -> it.text()).collect(Collectors.joining("\n"))
        + "\n"
        + request.messages().stream().map(TestScope::said).collect(Collectors.joining("\n"));
  }

  static String said(Message message) {
    return message.blocks().stream()
        .map(
            block ->
                switch (block) {
                  case Block.Text text -> text.text();
                  case Block.ToolResult result -> result.content();
                  case Block.ToolUse use -> use.name() + use.arguments();
                  case Block.Image image -> "(picture)";
                })
        .collect(Collectors.joining("\n"));
  }

  /** What the model was told last. */
  static String last(ModelRequest request) {
    return said(request.messages().getLast());
  }
}
