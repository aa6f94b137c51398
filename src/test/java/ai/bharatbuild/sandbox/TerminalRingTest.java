package ai.bharatbuild.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.TerminalRing.Piece;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TerminalRingTest {
  private final TerminalRing ring = new TerminalRing();

  private String all(long position) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Piece piece = ring.after(position, 1_000); piece.bytes().length > 0; ) {
      bytes.writeBytes(piece.bytes());
      piece = ring.after(piece.to(), 1_000);
    }
    return bytes.toString(UTF_8);
  }

  @Test
  void goesOnWhereAViewerWas() {
    ring.append("hello ".getBytes(UTF_8));
    ring.append("world".getBytes(UTF_8));
    Piece piece = ring.after(6, 100);
    assertThat(piece.from()).isEqualTo(6);
    assertThat(new String(piece.bytes(), UTF_8)).isEqualTo("world");
    assertThat(ring.after(11, 100).bytes()).isEmpty();
  }

  @Test
  void beginsWithTheWholeWhereNothingIsLost() {
    ring.append("hello".getBytes(UTF_8));
    assertThat(all(-1)).isEqualTo("hello");
    assertThat(ring.after(-1, 10).from()).isZero();
    assertThat(ring.after(99, 10).from()).isZero();
  }

  @Test
  void keepsTheLastLinesWholeOverItsEdge() {
    StringBuilder expected = new StringBuilder();
    for (int line = 0; line < 20_000; line++) {
      ring.append(("line " + line + "\r\n").getBytes(UTF_8));
    }
    for (int line = 0; line < 20_000; line++) {
      expected.append("line ").append(line).append("\r\n");
    }
    String tail = all(-1);
    assertThat(expected.toString()).endsWith(tail);
    assertThat(tail).startsWith("line ").hasSizeBetween(TerminalRing.KEPT - 20, TerminalRing.KEPT);
  }

  @Test
  void tearsNoCharacterOfALongLine() {
    ring.append("\u20ac".repeat(30_000).getBytes(UTF_8));
    assertThat(all(-1)).startsWith("\u20ac").doesNotContain("\ufffd");
  }

  @Test
  void takesMoreAtOnceThanItKeeps() {
    byte[] much = ("x".repeat(100_000) + "\nend").getBytes(UTF_8);
    ring.append(much);
    assertThat(ring.position()).isEqualTo(much.length);
    assertThat(all(much.length - 3)).isEqualTo("end");
  }

  @Test
  void wakesOnceForMoreAndForTheEnd() {
    AtomicInteger woken = new AtomicInteger();
    ring.onMore(0, woken::incrementAndGet);
    assertThat(woken).hasValue(0);
    ring.append(new byte[1]);
    ring.append(new byte[1]);
    assertThat(woken).hasValue(1);
    ring.onMore(1, woken::incrementAndGet);
    assertThat(woken).hasValue(2);
    ring.onMore(2, woken::incrementAndGet);
    ring.end();
    assertThat(woken).hasValue(3);
    assertThat(ring.endedAt(1)).isFalse();
    assertThat(ring.endedAt(2)).isTrue();
  }
}
