package ai.bharatbuild.sandbox.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.sandbox.advice.Advice.Level;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandAdvisorTest {
  static final List<String> SAFE = SafeCommands.ALL;

  private final CommandAdvisor advisor = new CommandAdvisor();

  static List<Arguments> risky() {
    return RiskyCommands.all();
  }

  @ParameterizedTest
  @FieldSource("SAFE")
  void usualCommandsPass(String command) {
    assertThat(advisor.advise(command)).as(command).isEmpty();
    assertThat(advisor.validate(command).isValid()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("risky")
  void riskyCommandsAreFound(Level level, String rule, String command) {
    CommandValidation result = advisor.validate(command);
    assertThat(result.risk()).as(command).isEqualTo(level);
    assertThat(result.advice()).as(command).extracting(Advice::rule).contains(rule);
    assertThat(result.isValid()).isEqualTo(level != Level.BLOCKED);
  }

  /** However a command is wrapped, what it starts is found. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "true && %s",
        "true; %s",
        "false || %s",
        "true\n%s",
        "true & %s",
        "(%s)",
        "{ %s; }",
        "if true; then %s; fi",
        "while true; do %s; done",
        "for i in 1 2; do %s; done",
        "case $x in a|b) echo;; *) %s;; esac",
        "f() { %s; }; f",
        "function f { %s; }",
        "time %s",
        "! %s",
        "env %s",
        "env -i A=1 %s",
        "A=1 B=2 %s",
        "nohup %s &",
        "timeout -s KILL 5 %s",
        "nice -n 5 %s",
        "exec %s",
        "command %s",
        "setsid %s",
        "stdbuf -oL %s",
        "busybox %s",
        "echo $(%s)",
        "echo \"$(%s)\"",
        "echo `%s`",
        "cat <(%s)",
        "X=$(%s)",
        "sh -c '%s'",
        "bash -lc \"%s\"",
        "sh -c 'sh -c \"%s\"'",
        "eval '%s'",
        "eval %s",
        "echo '%s' | sh",
        "sh <<< '%s'",
        "bash <<EOF\n%s\nEOF\n",
        "cat <<EOF > x\ntext\nEOF\n%s",
        "echo ${x:-y}; %s # comment",
        "> /tmp/log %s",
      })
  void wrappedCommandsAreFound(String wrapper) {
    CommandValidation result = advisor.validate(wrapper.formatted("rm -rf /"));
    assertThat(result.risk()).isEqualTo(Level.BLOCKED);
    assertThat(result.blockedPatterns()).contains("rm-root");
    assertThat(advisor.advise(wrapper.formatted("rm -rf dist")))
        .filteredOn(found -> !found.rule().equals("eval"))
        .isEmpty();
  }

  @Test
  void theResultHasTheDocumentedShape() {
    CommandValidation result = advisor.validate(" sudo rm -rf / ");
    JsonObject json = new JsonObject(Json.encode(result));
    assertThat(json.getBoolean("is_valid")).isFalse();
    assertThat(json.getString("risk")).isEqualTo("blocked");
    assertThat(json.getString("sanitized_command")).isNull();
    assertThat(json.getString("error_message")).isNotBlank();
    assertThat(json.getJsonArray("blocked_patterns")).contains("privileges", "rm-root");
    assertThat(json.getJsonArray("advice").getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder("rule", "level", "message");

    JsonObject fine = new JsonObject(Json.encode(advisor.validate(" npm run build\n")));
    assertThat(fine.getBoolean("is_valid")).isTrue();
    assertThat(fine.getString("risk")).isEqualTo("safe");
    assertThat(fine.getString("sanitized_command")).isEqualTo("npm run build");
    assertThat(fine.getString("error_message")).isNull();
    assertThat(fine.getJsonArray("blocked_patterns")).isEqualTo(new JsonArray());
  }

  @Test
  void commandsThatCannotRunAreNotValid() {
    assertThat(advisor.validate("x".repeat(10_000)).isValid()).isTrue();
    assertThat(advisor.validate("x".repeat(10_001)).isValid()).isFalse();
    assertThat(advisor.validate("  \n").isValid()).isFalse();
    assertThat(advisor.validate("echo \0").isValid()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(",
        "`",
        "'",
        "\"",
        "${",
        "$((",
        "<<",
        "cat <<EOF",
        "(",
        ")",
        "((",
        "{",
        "if",
        "case",
        "case x in",
        "for",
        "for x in",
        "f()",
        "a=(",
        "<(",
        "&>",
        "\\",
        "$'",
        "{a,",
        "[[",
        ";;",
        "|",
        "||",
        "&",
        ">",
        "case x in a) b",
        "$",
        "~",
        "#",
        "2>&1 |&",
        "in",
        "xargs",
        "find",
      })
  void bruteSyntaxNeitherFailsNorHangs(String text) {
    for (int times : new int[] {1, 7, 2_000}) {
      String command = text.repeat(Math.min(times, 9_999 / text.length()));
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertThatCode(() -> advisor.advise(command)).doesNotThrowAnyException());
    }
  }

  @Test
  void commandsThatMultiplyThemselvesAreBounded() {
    StringBuilder doubling = new StringBuilder("a=xxxxxxxxxx;");
    for (int i = 0; i < 500; i++) {
      doubling.append("a=$a$a;");
    }
    doubling.append("rm -rf $a");
    assertThat(advisor.advise(doubling.toString())).isEmpty();
    String braces = "echo " + "{a,b,c}".repeat(500);
    assertThat(advisor.advise(braces)).isEmpty();
  }
}
