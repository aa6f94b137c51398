package ai.bharatbuild.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes counted are those that the command wrote, whatever pieces they arrive in. */
class ExecEventsTest {
  private static final String HI = "id: 1\ndata: {\"type\":\"stdout\",\"data\":\"hi\\n\"}\n\n";
  private static final String EXIT =
      "id: 9\ndata: {\"type\":\"exit\",\"data\":0,\"success\":true,\"cause\":\"exited\"}\n\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100_000})
  void countsOutput(int pieces) throws IOException {
    String line = "x".repeat(99) + "\\n";
    String stream =
        HI
            + ": keep-alive\n\n"
            + "id: 2\ndata: {\"type\":\"stdout\",\"data\":\""
            + line.repeat(1000)
            + "\"}\n\n"
            + "id: 3\ndata: {\"type\":\"stdout\",\"data\":\"\\\"\\\\\\u000a\"}\n\n"
            + "id: 4\ndata: {\"type\":\"stderr\",\"data\":\"not counted\"}\n\n"
            + EXIT;
    assertThat(Sandbox.drain(new ExecEvents(inPieces(stream, pieces))))
        .isEqualTo(3 + 100 * 1000 + 3);
  }

  @Test
  void countsOutputWhoseMembersComeInAnotherOrder() throws IOException {
    String stream =
        "data: {\"data\":\"//4=\",\"encoding\":\"base64\",\"type\":\"stdout\"}\n\n" + EXIT;
    assertThat(Sandbox.drain(new ExecEvents(inPieces(stream, 5)))).isEqualTo(2);
  }

  @Test
  void givesTheOtherEventsWhole() throws IOException {
    String gap = "data: {\"type\":\"gap\",\"data\":{\"from\":3,\"to\":9,\"bytes\":77}}\n\n";
    ExecEvents events = new ExecEvents(inPieces(gap, 64));
    ExecEvents.Event event = events.next();
    assertThat(event.type()).isEqualTo("gap");
    assertThat(event.json().path("data").path("bytes").asLong()).isEqualTo(77);
    assertThat(events.next()).isNull();
  }

  @Test
  void failsWhereTheCommandFailed() {
    String failed = EXIT.replace("true", "false");
    assertThatThrownBy(() -> Sandbox.drain(new ExecEvents(inPieces(HI + failed, 64))))
        .isInstanceOf(BenchFailure.class);
  }

  @Test
  void failsWhereTheStreamEndsEarly() {
    assertThatThrownBy(() -> Sandbox.drain(new ExecEvents(inPieces(HI, 64))))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("without exit");
    String cut = HI.substring(0, HI.length() - 6);
    assertThatThrownBy(() -> Sandbox.drain(new ExecEvents(inPieces(cut, 64))))
        .isInstanceOf(EOFException.class);
  }

  private static InputStream inPieces(String text, int size) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
      @Override
      public int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, size));
      }
    };
  }
}
