package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools print of themselves does not differ between runs; what tests say stays. */
class SteadyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 failed, 2 passed in 0.03s | 1 failed, 2 passed in 1.25s",
        "==== 1 failed in 0.03s ==== | ==== 1 failed in 0.11s ====",
        "Ran 3 tests in 0.001s | Ran 3 tests in 0.104s",
        "--- FAIL: TestSum (0.00s) | --- FAIL: TestSum (0.12s)",
        "FAIL~calc~0.003s | FAIL~calc~1.103s",
        "ok  ~calc~0.003s | ok  ~calc~0.013s",
        "# duration_ms 45.123 | # duration_ms 46.1",
        "  duration_ms: 0.45 | duration_ms: 1.5",
        "✖ adds (0.512ms) | ✖ adds (10.2ms)",
        " ✓ src/a.test.js (3 tests) 5ms | ✓ src/a.test.js (3 tests) 12ms",
        "   Duration  312ms (tests 3ms) | Duration  1.20s (tests 4ms)",
        "added 5 packages in 2s | added 5 packages in 850ms",
        "Tests run: 1, Time elapsed: 0.05 s | Tests run: 1, Time elapsed: 0.051 s",
        "[INFO] Total time:  1.234 s | [INFO] Total time:  3.4 s",
        "(node:123) Warning: x | (node:4567) Warning: x",
        "goroutine 7 [running]: | goroutine 19 [running]:",
        "in /tmp/pytest-of-sandbox/pytest-0/a | in /tmp/pytest-of-sandbox/pytest-12/a",
        "<Task object at 0x7f12345678a0> | <Task object at 0x7fabcdef0120>",
        "com.example.Task@1b6d3586 | com.example.Task@4554617c"
      })
  void whatDiffersIsTaken(String one, String other) {
    assertThat(steady(one)).isEqualTo(steady(other));
  }

  private static String steady(String text) {
    return Steady.text(text.replace('~', '\t')).strip();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expected '2 minutes' to be '120 s'",
        "AssertionError: assert 5 == 3",
        "expected 2024-01-01T10:00:00Z, got 2024-01-01T11:00:00Z",
        "got 3m0s, want 2m30s",
        "src/app.js:12:5: error TS2304",
        "assert '0xdeadbeef' == hex(n)",
        "listening on 0.0.0.0:5000"
      })
  void whatTestsSayStays(String text) {
    assertThat(Steady.text(text)).isEqualTo(text);
  }
}
