package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SignaturePropertyTest {
  /** What differs from run to run. */
  record Circumstances(int line, int column, int millis, int pid, String temp, String address) {
    String in(String failure) {
      return failure
          .replace("LINE", Integer.toString(line))
          .replace("COLUMN", Integer.toString(column))
          .replace("MILLIS", Integer.toString(millis))
          .replace("PID", Integer.toString(pid))
          .replace("TEMP", "/tmp/" + temp)
          .replace("ADDRESS", address);
    }
  }

  private static final List<String> FAILURES =
      List.of(
          "src/a.ts(LINE,COLUMN): error TS2304: Cannot find name 'x'.",
          "src/a.ts(LINE,COLUMN): error TS2304: Cannot find name 'y'.",
          "src/b.ts(LINE,COLUMN): error TS2304: Cannot find name 'x'.",
          "TypeError: x is not a function\n    at f (file:///workspace/src/a.js:LINE:COLUMN)",
          "TypeError: y is not a function\n    at f (file:///workspace/src/a.js:LINE:COLUMN)",
          "\u001b[31mAssertionError\u001b[39m: expected 6 to be 7 (MILLIS ms)",
          "AssertionError: expected 6 to be 8 (MILLIS ms)",
          "Traceback:\n  File \"TEMP/x.py\", line LINE\nValueError: bad TEMP/file",
          "KeyError: 'name'",
          "main.go:LINE:COLUMN: undefined: nope",
          "main.go:LINE:COLUMN: undefined: other",
          "[ERROR] /workspace/src/A.java:[LINE,COLUMN] cannot find symbol Nope",
          "Error: connect failed (node:PID) to object@ADDRESS after MILLISms",
          "thread 'tests::a' panicked at 'wrong', src/lib.rs:LINE:COLUMN",
          "thread 'tests::b' panicked at 'wrong', src/lib.rs:LINE:COLUMN",
          "FAILED tests/test_a.py::test_one - assert 1 == 2\nin MILLISs",
          "FAILED tests/test_a.py::test_two - assert 1 == 2\nin MILLISs");

  @Provide
  Arbitrary<Circumstances> circumstances() {
    Arbitrary<Integer> number = Arbitraries.integers().between(1, 9999);
    return Combinators.combine(
            number,
            number,
            number,
            number,
            Arbitraries.strings().alpha().numeric().ofMinLength(4).ofMaxLength(12),
            Arbitraries.longs().between(0x10000000L, 0xfffffffffL).map(Long::toHexString))
        .as(Circumstances::new);
  }

  private static String signature(String output) {
    return DiagnosesTest.diagnose("test", output, 1).signature();
  }

  @Property(tries = 300)
  void theSameFailureUnderOtherCircumstancesHasTheSameSignature(
      @ForAll @IntRange(max = 16) int failure,
      @ForAll("circumstances") Circumstances one,
      @ForAll("circumstances") Circumstances other) {
    String text = FAILURES.get(failure);

    assertThat(signature(one.in(text))).isEqualTo(signature(other.in(text)));
  }

  @Property(tries = 200)
  void theOrderOfErrorsDoesNotMatter(@ForAll long seed, @ForAll("circumstances") Circumstances at) {
    List<String> all =
        new ArrayList<>(FAILURES.stream().filter(f -> !f.contains("\n")).map(at::in).toList());
    String before = Signature.of("test", FailureKind.TEST, all);
    Collections.shuffle(all, new Random(seed));

    assertThat(Signature.of("test", FailureKind.TEST, all)).isEqualTo(before);
  }

  @Property(tries = 300)
  void differentFailuresDiffer(
      @ForAll @IntRange(max = 16) int one,
      @ForAll @IntRange(max = 16) int other,
      @ForAll("circumstances") Circumstances at) {
    if (one != other) {
      assertThat(signature(at.in(FAILURES.get(one))))
          .isNotEqualTo(signature(at.in(FAILURES.get(other))));
    }
  }

  @Property(tries = 300)
  void whateverIsPrintedIsDiagnosedWithinBounds(@ForAll String output) {
    Diagnosis found = DiagnosesTest.diagnose("build", output, 1);

    assertThat(found.excerpt().length()).isLessThanOrEqualTo(Excerpt.MOST);
    assertThat(found.headline().length()).isLessThanOrEqualTo(240);
  }

  @Example
  void aLongLineIsReadInTime() {
    String line = "a/".repeat(200_000) + "b.js:1 " + "1".repeat(200_000) + " (".repeat(100_000);

    assertThat(DiagnosesTest.diagnose("build", line + "\n" + line, 1).headline()).isNotBlank();
  }
}
