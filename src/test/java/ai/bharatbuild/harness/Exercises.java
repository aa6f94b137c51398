package ai.bharatbuild.harness;

import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.harness.Exercise.Mutant;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.sandbox.ProjectType;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the exercises among the tests' resources. */
public final class Exercises {
  private static final Set<String> STACKS =
      Arrays.stream(ProjectType.values()).map(ProjectType::id).collect(Collectors.toSet());

  private Exercises() {}

  /** All of them, sorted by id. */
  public static List<Exercise> load() {
    Path root = root();
    return Stream.of("exercises", "projects")
        .flatMap(kind -> list(root.resolve(kind)))
        .map(Exercises::read)
        .sorted(java.util.Comparator.comparing(Exercise::id))
        .toList();
  }

  /** The text of a file beside the exercises. */
  static String text(String name) {
    return read(root(), name);
  }

  private static Exercise read(Path directory) {
    try {
      JsonNode task = Json.MAPPER.readTree(read(directory, "task.json"));
      String type = task.path("project_type").asText();
      Map<String, String> tests = files(root().resolve("common").resolve(type));
      tests.putAll(files(directory.resolve("tests")));
      return new Exercise(
          task.path("id").asText(),
          task.path("title").asText(),
          task.path("prompt").asText(),
          ProjectType.of(type).orElseThrow(),
          directory.getParent().endsWith("projects"),
          PlanJson.read(task.path("plan").toString(), STACKS),
          task.path("plan"),
          mutant(task.path("mutant")),
          tests,
          files(directory.resolve("reference")),
          files(directory.resolve("stub")));
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(directory + ": " + e.getMessage(), e);
    }
  }

  private static Mutant mutant(JsonNode mutant) {
    return new Mutant(
        mutant.path("bug").asText(),
        FailureKind.valueOf(mutant.path("error").asText().toUpperCase(Locale.ROOT)),
        mutant.path("file").asText(),
        mutant.path("find").asText(),
        mutant.path("replace").asText());
  }

  private static Map<String, String> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return new TreeMap<>();
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> directory.relativize(path).toString())
          .collect(
              Collectors.toMap(
                  path -> path, path -> read(directory, path), (a, b) -> a, TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path directory, String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    try {
      return Path.of(Exercises.class.getResource("/harness").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
