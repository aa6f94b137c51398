package ai.bharatbuild.sandbox.docker;

import static ai.bharatbuild.sandbox.docker.HostileAgent.frame;
import static ai.bharatbuild.sandbox.docker.HostileAgent.report;
import static ai.bharatbuild.sandbox.docker.HostileAgent.terms;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.io.FileUtils;

/** Whatever an agent sends, its exec ends once, and what is told of it is what the frames say. */
class HostileAgentPropertyTest {
  private static Path directory;
  private static HostileAgent agent;

  @BeforeContainer
  static void open() throws IOException {
    directory = Files.createTempDirectory("hostile");
    agent = new HostileAgent(directory);
  }

  @AfterContainer
  static void close() throws IOException {
    agent.close();
    FileUtils.deleteDirectory(directory.toFile());
  }

  @Provide
  Arbitrary<Buffer> nearlyFrames() {
    Arbitrary<Buffer> legal =
        Arbitraries.of(
            frame('R', "7"),
            frame('1', "out"),
            frame('2', Buffer.buffer(new byte[65_536])),
            frame('W', "0"),
            report(0),
            frame('E', "cannot run x: No such file or directory"));
    Arbitrary<Buffer> odd =
        Combinators.combine(
                Arbitraries.of('R', '1', '2', 'W', 'X', 'E', 'A', '\0', '\u00ff'),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40))
            .as((type, payload) -> frame(type, Buffer.buffer(payload)));
    Arbitrary<Buffer> junk =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(30).map(Buffer::buffer);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(8, legal),
        net.jqwik.api.Tuple.of(2, odd),
        net.jqwik.api.Tuple.of(1, junk));
  }

  @Provide
  Arbitrary<List<Buffer>> conversations() {
    Arbitrary<Buffer> first = Arbitraries.of(frame('R', "7"), frame('R', "7"), Buffer.buffer());
    return Combinators.combine(first, nearlyFrames().list().ofMaxSize(12))
        .as(
            (begin, rest) -> {
              List<Buffer> all = new java.util.ArrayList<>(rest);
              all.addFirst(begin);
              return all;
            });
  }

  @Property(tries = 400)
  void endsItsExecOnceAndTruly(
      @ForAll("conversations") List<Buffer> says,
      @ForAll boolean window,
      @ForAll boolean attached) {
    Buffer all = Buffer.buffer();
    says.forEach(all::appendBuffer);
    var run = agent.says(all, true).session(terms(window || attached, attached, 0));
    Expected expected = Expected.of(all, attached);
    assertThat(run.bytes()).isEqualTo(expected.stdout().getBytes());
    assertThat(run.errorBytes()).hasSize(expected.stderr());
    assertThat(run.awaitEnd().cause()).isEqualTo(expected.cause());
    assertThat(run.awaitEnd().code()).isEqualTo(expected.code());
  }

  /** What a plain reading of the protocol makes of the bytes. */
  private record Expected(Buffer stdout, int stderr, Cause cause, Integer code) {
    static Expected of(Buffer bytes, boolean attached) {
      Buffer stdout = Buffer.buffer();
      int stderr = 0;
      boolean running = false;
      int at = 0;
      while (bytes.length() - at >= 5) {
        char type = (char) (bytes.getByte(at) & 0xff);
        long length = bytes.getUnsignedInt(at + 1);
        boolean output = type == '1' || type == '2';
        if ((output ? length > 65_536 || length == 0 : length > 8_192)
            || bytes.length() - at - 5 < length) {
          break;
        }
        Buffer payload = bytes.slice(at + 5, at + 5 + (int) length);
        at += 5 + (int) length;
        if (type == 'E' && !running && !attached) {
          boolean missing = payload.toString().matches("cannot run.*No such file.*");
          return new Expected(stdout, stderr, Cause.EXITED, missing ? 127 : 126);
        } else if (type == 'R' && !running && payload.toString().matches("\\+?\\d{1,18}")) {
          running = true;
        } else if (type == 'W' && (running || attached) && payload.toString().matches("[+-]?0+")) {
          continue;
        } else if (type == '1' && running) {
          stdout.appendBuffer(payload);
        } else if (type == '2' && running) {
          stderr += payload.length();
        } else if (type == 'X'
            && running
            && payload.equals(report(0).slice(5, report(0).length()))) {
          return new Expected(stdout, stderr, Cause.EXITED, 0);
        } else {
          break;
        }
      }
      return new Expected(stdout, stderr, Cause.LOST, null);
    }
  }
}
