package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.TestScope.call;
import static ai.bharatbuild.agents.author.TestScope.calls;
import static ai.bharatbuild.agents.author.TestScope.cut;
import static ai.bharatbuild.agents.author.TestScope.last;
import static ai.bharatbuild.agents.author.TestScope.write;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** An answer that is cut off, wherever that is, never leaves a part of a file behind. */
class TruncationPropertyTest {
  private static final Pattern KEPT = Pattern.compile("which has (\\d+) lines now");

  @Provide
  Arbitrary<String> contents() {
    return Arbitraries.of(
            "",
            "a",
            "\"",
            "\\",
            "\\n",
            "\t",
            "é",
            "\uD83D\uDE00",
            "}",
            "\u0001",
            "{\"path\":\"x\"}",
            "[end of data 1]",
            "\r")
        .list()
        .ofMaxSize(3)
        .map(it -> String.join("", it))
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(lines -> String.join("\n", lines));
  }

  @Property(tries = 120)
  void everyCutLeadsToTheWholeFile(@ForAll("contents") String content) {
    String json = json(content);
    for (int at = 0; at < json.length(); at++) {
      check(content, json.substring(0, at));
    }
  }

  /** The model is cut off once, then does as it is told, cut off again where it appends. */
  private static void check(String content, String json) {
    TestScope scope = new TestScope();
    scope.model =
        request -> scope.asked.size() == 1 ? cut("write_file", json) : next(request, content);

    new ModelAuthor("scripted", Samples.STACKS)
        .write(
            scope, Samples.brief("x"), Samples.plan(Samples.file("a.txt")), Set.of(), path -> {});

    assertThat(scope.workspace.written)
        .as(json)
        .isEqualTo(List.of(new MemoryWorkspace.Written("a.txt", content)));
  }

  private static ModelAnswer next(ModelRequest request, String content) {
    Matcher kept = KEPT.matcher(last(request));
    if (!kept.find()) {
      return calls(write("a.txt", content));
    }
    int from = 0;
    for (int i = 0; i < Integer.parseInt(kept.group(1)); i++) {
      from = content.indexOf('\n', from) + 1;
    }
    return calls(
        call("append_file", "path", "a.txt", "content", content.substring(from), "more", false));
  }

  private static String json(String content) {
    try {
      return Json.MAPPER.writeValueAsString(write("a.txt", content).arguments());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
