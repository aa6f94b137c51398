package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport;
import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitReportsTest {
  @ParameterizedTest
  @CsvSource({
    "0, '', exited, 0, 0, 0, EXITED",
    "0, '', exited, 1, 1, 1, EXITED",
    "3, '', exited, 0, 0, 0, EXITED",
    "3, '', exited, 1, 1, 1, OOM",
    "3, '', exited, 0, 1, 1, DISK_LIMIT",
    "3, '', exited, 0, 1, 0, PIDS_LIMIT",
    "'', 9, signalled, 0, 0, 0, SIGNALLED",
    "'', 9, signalled, 1, 0, 0, OOM",
    "'', 9, timeout, 1, 1, 1, TIMEOUT",
    "0, '', timeout, 0, 0, 0, TIMEOUT",
    "'', 9, cancelled, 1, 0, 0, CANCELLED",
    "'', 9, output_limit, 1, 0, 0, OUTPUT_LIMIT",
    "'', '', timeout, 0, 0, 0, TIMEOUT",
  })
  void namesTheCause(
      String code, String signal, String observed, int oom, int pids, int disk, Cause expected) {
    ExitReport report =
        ExitReports.parse(
            payload(code, signal, observed, 12)
                .appendString(
                    "oom=" + oom + "\0pids_limit=" + pids + "\0disk_limit=" + disk + "\0"));
    assertThat(report.cause()).isEqualTo(expected);
    assertThat(report.code()).isEqualTo(code.isEmpty() ? null : Integer.valueOf(code));
    assertThat(report.signal()).isEqualTo(signal.isEmpty() ? null : Integer.valueOf(signal));
    assertThat(report.durationMs()).isEqualTo(12);
    assertThat(report.cpuMs()).isEqualTo(34);
    assertThat(report.maxMemoryBytes()).isEqualTo(56);
  }

  @Test
  void refusesWhatIsNoReport() {
    assertThatThrownBy(() -> ExitReports.parse(Buffer.buffer("code=0\0")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> ExitReports.parse(payload("0", "", "bored", 1)))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> ExitReports.parse(payload("zero", "", "exited", 1)))
        .isInstanceOf(ProtocolException.class);
  }

  private static Buffer payload(String code, String signal, String cause, int duration) {
    String text = "code=%s\0signal=%s\0cause=%s\0duration_ms=%d\0cpu_ms=34\0max_memory_bytes=56\0";
    return Buffer.buffer(text.formatted(code, signal, cause, duration));
  }
}
