package ai.bharatbuild.agents.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that succeed whatever the tests do are no tests. */
class TestCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "true",
        "/bin/true",
        ":",
        "exit 0",
        "echo ok",
        "echo a && true",
        "cd app && echo fine",
        "node -e 1",
        "npm test || true",
        "npm test ||true",
        "npm test || exit 0",
        "npm test || echo failed",
        "npm test; true",
        "npm test;exit 0",
        "npm test ; echo done",
        "npm test &",
        "vitest --version",
        "pytest --co -q",
        "python3 -m pytest --collect-only",
        "mvn -B test -DskipTests",
        "mvn -B -Dmaven.test.skip=true test",
        "jest --listTests"
      })
  void successWithoutTests(String line) {
    assertThat(TestCommand.fault(line)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "npm test",
        "sleep 3; npm test",
        "cd app && npm test",
        "echo begin; pytest -q",
        "go vet ./... && go test -v ./...",
        "node --test",
        "node --test test/ 2>&1",
        "mvn -B test > log 2>&1",
        "pytest -q -k 'a || true'",
        "sh test/run.sh",
        "java -cp out Tests",
        "pytest -q || python3 -m unittest",
        "npm test;",
        "trueish --check",
        "echo \"Error: no test specified\" && exit 1"
      })
  void commandsThatMayFail(String line) {
    assertThat(TestCommand.fault(line)).isNull();
  }
}
