package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExecListener.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCutterTest {
  private final Buffer stdout = Buffer.buffer();
  private final Buffer stderr = Buffer.buffer();
  private final List<String> controls = new ArrayList<>();
  private final AgentOutput agent =
      new AgentOutput(
          new AgentOutput.Sink() {
            @Override
            public void output(Stream stream, Buffer bytes) {
              assertThat(bytes.length()).isPositive();
              (stream == Stream.STDOUT ? stdout : stderr).appendBuffer(bytes);
            }

            @Override
            public void control(char type, Buffer payload) {
              controls.add(type + payload.toString());
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 13, 100, 4096, 65_541, 1_000_000})
  void readsTheSameHoweverTheStreamIsCut(int size) {
    Random random = new Random(size);
    byte[] out = new byte[70_000];
    byte[] err = new byte[9_000];
    random.nextBytes(out);
    random.nextBytes(err);
    Buffer frames = frame('R', Buffer.buffer("42"));
    frames.appendBuffer(frame('1', Buffer.buffer(out).slice(0, 65_536)));
    frames.appendBuffer(frame('2', Buffer.buffer(err)));
    frames.appendBuffer(frame('W', Buffer.buffer("7")));
    frames.appendBuffer(frame('1', Buffer.buffer(out).slice(65_536, 70_000)));
    frames.appendBuffer(frame('E', Buffer.buffer()));
    Buffer wire = multiplexed(frames, random);
    EngineOutput engine = new EngineOutput(agent::accept, stray -> controls.add("stray"));
    for (int at = 0; at < wire.length(); at += size) {
      engine.accept(wire.slice(at, Math.min(wire.length(), at + size)));
    }
    assertThat(stdout.getBytes()).isEqualTo(out);
    assertThat(stderr.getBytes()).isEqualTo(err);
    assertThat(controls).containsExactly("R42", "W7", "E");
  }

  @Test
  void refusesFramesThatAreTooLongOrUnknown() {
    assertThatThrownBy(() -> agent.accept(header('1', AgentFrames.MAX_PAYLOAD + 1)))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> new AgentOutput(null).accept(header('X', -1)))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> new AgentOutput(null).accept(Buffer.buffer("OCI runtime failed")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesWhatTheEngineDoesNotFrame() {
    EngineOutput engine = new EngineOutput(bytes -> {}, bytes -> {});
    assertThatThrownBy(() -> engine.accept(Buffer.buffer("{\"message\":1}")))
        .isInstanceOf(ProtocolException.class);
  }

  private static Buffer multiplexed(Buffer frames, Random random) {
    Buffer wire = Buffer.buffer();
    int at = 0;
    while (at < frames.length()) {
      int end = Math.min(frames.length(), at + random.nextInt(32_768));
      wire.appendByte((byte) 1).appendBytes(new byte[3]).appendInt(end - at);
      wire.appendBuffer(frames, at, end - at);
      at = end;
    }
    return wire;
  }

  private static Buffer frame(char type, Buffer payload) {
    return header(type, payload.length()).appendBuffer(payload);
  }

  private static Buffer header(char type, int length) {
    return Buffer.buffer().appendByte((byte) type).appendInt(length);
  }
}
