package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestOutputTest {
  @ParameterizedTest
  @CsvSource({
    "vitest-pass, 1, 0, 1",
    "vitest-fail, 2, 1, 2",
    "vitest-none, 0, 0, 0",
    "vitest-import, 0, 0, 0",
    "jest-pass, 1, 0, 0",
    "jest-fail, 2, 1, 1",
    "jest-none, 0, 0, 0",
    "jest-none-ok, 0, 0, 0",
    "mocha-pass, 1, 0, 0",
    "mocha-fail, 2, 1, 1",
    "mocha-none, 0, 0, 0",
    "node-test-tap, 1, 0, 1",
    "node-test-spec, 1, 0, 1",
    "node-test-fail, 2, 1, 1",
    "node-test-fail-tap, 1, 1, 0",
    "node-test-none, 0, 0, 0",
    "pytest-pass, 2, 0, 0",
    "pytest-pass-long, 2, 0, 0",
    "pytest-fail, 3, 1, 1",
    "pytest-none, 0, 0, 0",
    "pytest-collect, 0, 1, 0",
    "unittest-pass, 1, 0, 0",
    "unittest-fail, 1, 1, 1",
    "unittest-none, 0, 0, 0",
    "maven-pass, 24, 0, 0",
    "maven-fail, 18, 6, 0",
    "maven-none, 0, 0, 0",
    "go-test-v, 1, 0, 1",
    "go-test-fail, 1, 1, 1",
    "go-test-json, 1, 1, 1",
    "go-test-none, 0, 0, 0",
    "cargo-test-pass, 1, 0, 1",
    "cargo-test-fail, 0, 1, 1",
    "cargo-test-none, 0, 0, 0",
    "phpunit-pass, 1, 0, 0",
    "phpunit-fail, 1, 1, 1",
    "phpunit-none, 0, 0, 0",
    "minitest-pass, 1, 0, 0",
    "minitest-fail, 1, 1, 1",
    "minitest-none, 0, 0, 0",
    "rspec-pass, 1, 0, 0",
    "rspec-fail, 1, 1, 1",
    "rspec-none, 0, 0, 0"
  })
  void countsWhatTheRunnerTells(String sample, int passed, int failed, int skipped) {
    assertThat(TestOutput.count(Samples.of(sample), false))
        .isEqualTo(new TestCounts(passed, failed, skipped));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go-test-plain",
        "npm-404",
        "tsc-type",
        "vite-import",
        "node-type",
        "maven-type",
        "eslint"
      })
  void tellsNothingWhereNothingIsTold(String sample) {
    assertThat(TestOutput.count(Samples.of(sample), false)).isNull();
  }

  @Test
  void goesByNoPartOfGoTests() {
    assertThat(TestOutput.count(Samples.of("go-test-v"), true)).isNull();
  }

  @Test
  void addsTheRunnersOfOneCommand() {
    String both = Samples.of("vitest-pass") + "\n" + Samples.of("node-test-spec");
    assertThat(TestOutput.count(both, false)).isEqualTo(new TestCounts(2, 0, 2));
  }
}
