package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.starters.Starter;
import ai.bharatbuild.agents.starters.Starters;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.verify.Known;
import ai.bharatbuild.agents.verify.Verification;
import ai.bharatbuild.agents.verify.VerificationReport;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.verify.VerifyLimits;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Projects are verified in real sandboxes: whole ones, broken ones, and ones that change. */
@Timeout(240)
class VerifierIT {
  private static final VerifyLimits LIMITS =
      new VerifyLimits(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5));

  private static final Starters STARTERS = Starters.load();
  private static final Starter FLASK =
      STARTERS.all().stream().filter(s -> s.id().equals("flask-api")).findFirst().orElseThrow();

  @TempDir static Path base;
  private static TestServer server;

  private final Verifier verifier = new Verifier(LIMITS);
  private final List<String> told = new ArrayList<>();
  private ApiWorkspace workspace;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  @BeforeEach
  void project() throws Exception {
    workspace = new ApiWorkspace(server);
    for (String path : FLASK.files()) {
      workspace.put(path, STARTERS.content(FLASK, path));
    }
  }

  @AfterEach
  void remove() throws Exception {
    workspace.remove();
  }

  /** What a run gives its stages, without a model. */
  private final class Scope implements RunScope {
    private Consumer<String> onEvent = event -> {};

    @Override
    public Workspace workspace() {
      return workspace;
    }

    @Override
    public ModelAnswer ask(String stage, ModelRequest request) {
      throw new AssertionError("nobody asks a model to verify");
    }

    @Override
    public boolean takesPictures() {
      return false;
    }

    @Override
    public int maxOutputTokens() {
      return 0;
    }

    @Override
    public void tell(String type, Map<String, ?> data) {
      String event = data.containsKey("name") ? type + " " + data.get("name") : type;
      told.add(event);
      onEvent.accept(event);
    }

    @Override
    public void check() {}
  }

  private static Plan plan(Plan.Commands commands) {
    return new Plan(
        "Tasks",
        "Keeps tasks.",
        "python",
        List.of(),
        FLASK.files().stream()
            .map(path -> new Plan.PlannedFile(path, "", null, List.of(), List.of()))
            .toList(),
        commands,
        commands.run() == null ? null : new Plan.Probe(FLASK.port(), FLASK.path(), 200));
  }

  private static Plan plan() {
    Starter.Commands commands = FLASK.commands();
    return plan(
        new Plan.Commands(commands.install(), commands.build(), commands.test(), commands.run()));
  }

  private Verification verify(Plan plan) {
    return verify(plan, new Known(true, 0));
  }

  private Verification verify(Plan plan, Known known) {
    return verifier.verify(new Scope(), plan, known);
  }

  private void write(String path, String text) {
    workspace.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private void change(String path, String from, String to) {
    String text = new String(workspace.read(path).orElseThrow(), StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    write(path, text.replace(from, to));
  }

  @Test
  void aWholeProjectIsVerifiedAndVerifiedAgainWithoutInstalling() {
    Verification first = verify(plan());

    Evidence evidence = first.evidence();
    assertThat(evidence.verified()).as(String.valueOf(first.diagnosis())).isTrue();
    assertThat(first.diagnosis()).isNull();
    assertThat(evidence.steps())
        .extracting(Evidence.Step::name)
        .containsExactly("install", "build", "test", "run");
    assertThat(evidence.steps().get(2).tests().passed()).isPositive();
    assertThat(evidence.probe().status()).isEqualTo(200);
    assertThat(evidence.tree()).hasSize(64);
    assertThat(told)
        .containsExactly(
            "command install",
            "command_end install",
            "command build",
            "command_end build",
            "command test",
            "command_end test",
            "command run",
            "probe",
            "command_end run",
            "verification");
    assertThat(VerificationReport.markdown(evidence, plan(), null))
        .contains("**Verified**", evidence.tree(), "exit code 0");

    Verification again = verify(plan());

    assertThat(again.evidence().verified()).isTrue();
    assertThat(again.evidence().tree()).isEqualTo(evidence.tree());
    assertThat(again.evidence().steps().getFirst().cause()).isEqualTo("unchanged");
    assertThat(again.evidence().steps().getFirst().execId())
        .isEqualTo(evidence.steps().getFirst().execId());

    change("requirements.txt", "\n", "\n# changed\n");

    assertThat(verify(plan()).evidence().steps().getFirst().cause()).isEqualTo("exited");
  }

  @Test
  void aSyntaxErrorStopsItAtTheBuild() {
    change("app/tasks.py", "import ", "import (");

    Verification seen = verify(plan());

    assertThat(seen.evidence().verified()).isFalse();
    assertThat(seen.diagnosis().kind()).isEqualTo(FailureKind.SYNTAX);
    assertThat(seen.diagnosis().step()).isEqualTo("build");
    assertThat(seen.diagnosis().places().getFirst().path()).isEqualTo("app/tasks.py");
    assertThat(seen.evidence().steps()).hasSize(2);
    assertThat(verify(plan()).diagnosis().signature()).isEqualTo(seen.diagnosis().signature());
  }

  @Test
  void aCommandThatSucceedsProvesNothingWhereTestsFailOrNoneRan() {
    write("tests/test_api.py", "def test_wrong():\n    assert 6 == 7\n");
    Verification failed =
        verify(plan(new Plan.Commands(null, null, "python -m pytest -q || true", null)));

    assertThat(failed.evidence().verified()).isFalse();
    assertThat(failed.diagnosis().kind()).isEqualTo(FailureKind.TEST);
    assertThat(failed.evidence().steps().getLast().exitCode()).isZero();

    Verification none =
        verify(plan(new Plan.Commands(null, null, "python -m unittest discover app", null)));

    assertThat(none.evidence().verified()).isFalse();
    assertThat(none.diagnosis().headline()).startsWith("No test ran");
  }

  @Test
  void whatServesMustListenAsPlannedAndGoOn() {
    String elsewhere = "python -m http.server 5001";
    Verification silent =
        verifierFor(Duration.ofSeconds(2))
            .verify(
                new Scope(), plan(new Plan.Commands(null, null, "true", elsewhere)), Known.NOTHING);
    assertThat(silent.diagnosis().kind()).isEqualTo(FailureKind.PORT);
    assertThat(silent.diagnosis().step()).isEqualTo("probe");

    String wrong = "python -m http.server 5000";
    Verification other = verify(plan(new Plan.Commands(null, null, "true", wrong)));
    assertThat(other.diagnosis().headline()).startsWith("It answers 404, not 200");

    Verification ended = verify(plan(new Plan.Commands(null, null, "true", "python -c 'x = y'")));
    assertThat(ended.diagnosis().kind()).isEqualTo(FailureKind.RUNTIME);
    assertThat(ended.diagnosis().headline()).contains("NameError");
  }

  private static Verifier verifierFor(Duration start) {
    return new Verifier(
        new VerifyLimits(
            LIMITS.install(), LIMITS.build(), LIMITS.test(), start, LIMITS.settle(), LIMITS.get()));
  }

  @Test
  void anotherServiceOnThePortIsNoProof() {
    workspace.sandbox("python");
    Workspace.Service other = workspace.start("python -m app");
    try {
      TestServer.eventually(
          () -> workspace.get(5000, "/health", Duration.ofSeconds(5)).isPresent(), up -> up);

      Verification seen = verify(plan());

      assertThat(seen.evidence().verified()).isFalse();
      assertThat(seen.diagnosis().kind()).isEqualTo(FailureKind.ENVIRONMENT);
      assertThat(seen.diagnosis().headline()).startsWith("Port 5000 is in use");
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      other.stop();
    }
  }

  @Test
  void aChangeMeanwhileIsVerifiedAnewAndOneThatGoesOnIsToldOf() {
    Plan plan = plan(new Plan.Commands(null, null, "python -m pytest -q", null));
    Scope once = new Scope();
    once.onEvent =
        event -> {
          if (event.equals("command_end test") && count("command_end test") == 1) {
            write("app/tasks.py", "x = 1\n");
          }
        };

    Verification changed = verifier.verify(once, plan, Known.NOTHING);

    assertThat(count("command_end test")).isEqualTo(2);
    assertThat(changed.evidence().verified()).isFalse();
    assertThat(changed.diagnosis().step()).isEqualTo("test");

    write("tests/test_api.py", "def test_right():\n    assert 6 == 6\n");
    Scope always = new Scope();
    always.onEvent =
        event -> {
          if (event.equals("command_end test")) {
            write("app/tasks.py", "x = " + System.nanoTime() + "\n");
          }
        };

    Verification changing = verifier.verify(always, plan, Known.NOTHING);

    assertThat(changing.evidence().verified()).isFalse();
    assertThat(changing.diagnosis().step()).isEqualTo("tree");
    assertThat(changing.diagnosis().headline()).contains("app/tasks.py");
  }

  @Test
  void whatOnlyTheSandboxHasProvesNothingOnceOthersRanCommandsInIt() {
    Plan plan = plan(new Plan.Commands(null, null, "python -m pytest -q", null));
    write("tests/test_api.py", "import helper\n\n\ndef test_it():\n    assert helper.ONE == 1\n");
    workspace.sandbox("python");
    workspace.run(
        "mkdir -p $(python -m site --user-site) node_modules target sub/.venv"
            + " && echo 'ONE = 1' > $(python -m site --user-site)/helper.py"
            + " && touch target/kept sub/.venv/x && git init -q . 2>/dev/null; mkdir -p .git",
        Duration.ofSeconds(30));

    assertThat(verify(plan).evidence().verified()).isTrue();

    Verification clean = verify(plan, Known.NOTHING);

    assertThat(clean.evidence().verified()).isFalse();
    assertThat(clean.diagnosis().headline()).contains("helper");
    assertThat(
            workspace
                .run(
                    "for f in .cache node_modules sub/.venv target .git; do [ -e $f ] && echo $f;"
                        + " done; true",
                    Duration.ofSeconds(10))
                .output()
                .lines())
        .containsExactly("target", ".git");
  }

  @Test
  void fewerTestsThanBeforeProveNothing() {
    Plan plan = plan(new Plan.Commands(null, null, "python -m pytest -q", null));
    write("tests/test_api.py", "def test_one():\n    pass\n\n\ndef test_two():\n    pass\n");

    assertThat(verify(plan, new Known(true, 2)).evidence().verified()).isTrue();

    Verification fewer = verify(plan, new Known(true, 3));
    assertThat(fewer.evidence().verified()).isFalse();
    assertThat(fewer.diagnosis().kind()).isEqualTo(FailureKind.TEST);
    assertThat(fewer.diagnosis().headline()).isEqualTo("Only 2 tests passed; 3 ran before");

    write("pytest.ini", "[pytest]\naddopts = --co\n");
    Verification listed = verify(plan, Known.NOTHING);
    assertThat(listed.evidence().verified()).isFalse();
    assertThat(listed.diagnosis().headline()).startsWith("No test ran");

    Verification version =
        verify(plan(new Plan.Commands(null, null, "python -m pytest --version", null)));
    assertThat(version.evidence().verified()).isFalse();
    assertThat(version.diagnosis().headline()).startsWith("No test ran");

    Verification uncounted =
        verify(plan(new Plan.Commands(null, null, "ls", null)), new Known(true, 2));
    assertThat(uncounted.diagnosis().headline()).startsWith("No tests were counted");
  }

  private long count(String event) {
    return told.stream().filter(event::equals).count();
  }
}
