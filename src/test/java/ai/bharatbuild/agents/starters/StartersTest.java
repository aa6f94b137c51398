package ai.bharatbuild.agents.starters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ProjectType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartersTest {
  private static final Path SOURCES = Path.of("src/main/resources/starters");
  private final Starters starters = Starters.load();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a todo app in React | react-vite",
        "A dashboard with Vite and TypeScript | react-vite",
        "something nice | react-vite",
        "'' | react-vite",
        "REST API with Express | express-api",
        "a Node.js backend for my notes | express-api",
        "Build me a Flask API for tasks! | flask-api",
        "python service with FastAPI and pytest | flask-api",
        "a static website for my bakery | static-site",
        "a landing page in plain HTML and CSS | static-site",
        "Java service built with Maven | java-maven",
        "a JavaScript API | express-api",
        "a microservice in Go | go-service",
        "golang link shortener | go-service",
        "full-stack app | full-stack",
        "a full stack guestbook | full-stack",
        "React frontend with an Express backend | full-stack",
        "React page with a Python API | react-vite",
      })
  void thePromptsWordsChoose(String prompt, String id) {
    assertThat(starters.choose(prompt).id()).isEqualTo(id);
  }

  @Test
  void eachNamesExactlyItsFiles() throws IOException {
    assertThat(starters.all()).hasSizeGreaterThanOrEqualTo(7);
    for (Starter starter : starters.all()) {
      Path files = SOURCES.resolve(starter.id()).resolve("files");
      try (Stream<Path> tree = Files.walk(files)) {
        List<String> there =
            tree.filter(Files::isRegularFile)
                .map(file -> files.relativize(file).toString().replace("_gitignore", ".gitignore"))
                .sorted()
                .toList();
        assertThat(starter.files()).as(starter.id()).isEqualTo(there);
      }
      for (String file : starter.files()) {
        assertThat(starters.content(starter, file))
            .as(starter.id() + "/" + file)
            .isEqualTo(Files.readAllBytes(files.resolve(file.replace(".gitignore", "_gitignore"))));
      }
    }
  }

  @Test
  void eachSaysHowItIsTestedAndHowItIsKnownToBeAlive() {
    for (Starter starter : starters.all()) {
      assertThat(ProjectType.of(starter.projectType())).as(starter.id()).isPresent();
      assertThat(starter.commands().test()).as(starter.id()).isNotBlank();
      assertThat(starter.commands().run()).as(starter.id()).isNotBlank();
      assertThat(starter.port()).as(starter.id()).isBetween(1024, 65_535);
      assertThat(starter.path()).as(starter.id()).startsWith("/");
      assertThat(starter.files()).as(starter.id()).contains("README.md");
    }
  }

  @Test
  void nothingButItsFilesCanBeRead() {
    Starter starter = starters.all().getFirst();
    assertThatThrownBy(() -> starters.content(starter, "../starter.json"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
