package ai.bharatbuild.harness;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.harness.Exercise.Variant;
import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.sandbox.ProjectType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In its sandbox, each exercise's reference passes, and its stub and its mutant do not. All of a
 * type are run by one command in one sandbox.
 */
@Timeout(560)
class HarnessDataIT {
  @TempDir static Path base;
  private static final List<Exercise> ALL = Exercises.load();
  private static final Pattern LINE = Pattern.compile("(?m)^@@ (\\S+) (\\S+) (\\S+)$");
  private static final Map<String, String> ENDS = new HashMap<>();
  private static final Map<ProjectType, String> OUTPUTS = new HashMap<>();
  private static TestServer server;

  static List<Exercise> exercises() {
    return ALL;
  }

  @BeforeAll
  static void run() throws Exception {
    server = TestServer.start(base, Map.of());
    Map<ProjectType, Future<String>> running = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Exercise exercise : ALL) {
        running.computeIfAbsent(exercise.type(), type -> threads.submit(() -> run(type)));
      }
    }
    for (Map.Entry<ProjectType, Future<String>> one : running.entrySet()) {
      String output = one.getValue().get();
      OUTPUTS.put(one.getKey(), output);
      Matcher line = LINE.matcher(output);
      while (line.find()) {
        ENDS.put(line.group(1) + " " + line.group(2), line.group(3));
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void onlyTheReferencePasses(Exercise exercise) {
    assertThat(end(exercise, Variant.REFERENCE))
        .as(OUTPUTS.get(exercise.type()))
        .isEqualTo("passed");
    assertThat(end(exercise, Variant.STUB)).isEqualTo("test");
    FailureKind error = exercise.mutant().error();
    assertThat(end(exercise, Variant.MUTANT))
        .as(OUTPUTS.get(exercise.type()))
        .isIn(
            switch (error) {
              case SYNTAX, TYPE -> List.of("build");
              case TEST -> List.of("test");
              case DEPENDENCY -> List.of("build", "test");
              case RUNTIME -> List.of("test", "probe");
              case PORT -> List.of("probe");
              case INFRASTRUCTURE, ENVIRONMENT -> List.of();
            });
  }

  private static String end(Exercise exercise, Variant variant) {
    return ENDS.get(exercise.id() + " " + name(variant));
  }

  private static String name(Variant variant) {
    return variant.name().toLowerCase(Locale.ROOT);
  }

  private static String run(ProjectType type) throws Exception {
    JsonObject config = new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g");
    String id = server.container(type.id(), config);
    JsonArray files = new JsonArray().add(file("check.sh", Exercises.text("check.sh")));
    ALL.stream().filter(exercise -> exercise.type() == type).forEach(it -> add(files, it));
    JsonObject written = server.post("/api/v1/containers/" + id + "/files/batch", files).json();
    assertThat(written.getBoolean("success")).as(written.encode()).isTrue();
    Events events =
        server.exec(id, new JsonObject().put("command", "sh check.sh").put("timeout", 500));
    return events.stdout() + events.stderr();
  }

  private static void add(JsonArray files, Exercise exercise) {
    String task = "tasks/" + exercise.id() + "/";
    Plan plan = exercise.plan();
    files.add(file(task + "build", plan.commands().build()));
    files.add(file(task + "test", plan.commands().test()));
    if (plan.probe() != null) {
      files.add(file(task + "run", "exec " + plan.commands().run()));
      files.add(
          file(task + "probe", "http://127.0.0.1:" + plan.probe().port() + plan.probe().path()));
    }
    for (Variant variant : Variant.values()) {
      String directory = task + name(variant) + "/";
      exercise.tests().forEach((path, text) -> files.add(file(directory + path, text)));
      exercise.files(variant).forEach((path, text) -> files.add(file(directory + path, text)));
    }
  }

  private static JsonObject file(String path, String content) {
    return new JsonObject().put("path", path).put("content", content);
  }
}
