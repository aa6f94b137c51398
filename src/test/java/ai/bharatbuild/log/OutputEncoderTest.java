package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OutputEncoderTest {
  private final List<JsonObject> events = new ArrayList<>();
  private final List<Integer> raw = new ArrayList<>();

  private OutputEncoder encoder() {
    events.clear();
    raw.clear();
    return new OutputEncoder("stdout", this::take);
  }

  private void take(byte[] json, int offset, int length, int rawBytes) {
    String text = new String(json, offset, length, UTF_8);
    assertThat(text).doesNotContain("\n");
    events.add(new JsonObject(text));
    raw.add(rawBytes);
  }

  private byte[] decoded() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < events.size(); i++) {
      JsonObject event = events.get(i);
      String data = event.getString("data");
      boolean base64 = "base64".equals(event.getString("encoding"));
      byte[] bytes = base64 ? Base64.getDecoder().decode(data) : data.getBytes(UTF_8);
      assertThat(bytes).hasSize(raw.get(i)).hasSizeBetween(1, OutputEncoder.MAX_RAW);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private void encodeInFrames(byte[] input, List<Integer> frames) {
    OutputEncoder encoder = encoder();
    int from = 0;
    for (int i = 0; from < input.length; i++) {
      int size = frames.isEmpty() ? input.length : frames.get(i % frames.size());
      int to = Math.min(input.length, from + size);
      encoder.write(Buffer.buffer(Arrays.copyOfRange(input, from, to)));
      from = to;
    }
    encoder.flush();
  }

  @Property
  void arbitraryBytesInArbitraryFramesComeOutAsTheyWere(
      @ForAll byte[] input, @ForAll("frames") List<Integer> frames) {
    encodeInFrames(input, frames);
    assertThat(decoded()).isEqualTo(input);
  }

  @Property
  void textWithSomeBrokenBytesComesOutAsItWas(
      @ForAll("mixed") byte[] input, @ForAll("frames") List<Integer> frames) {
    encodeInFrames(input, frames);
    assertThat(decoded()).isEqualTo(input);
  }

  @Property
  void textStaysTextHoweverItIsSplit(@ForAll String text, @ForAll("frames") List<Integer> frames) {
    byte[] input = text.getBytes(UTF_8);
    encodeInFrames(input, frames);
    assertThat(decoded()).isEqualTo(input);
    assertThat(events).noneMatch(event -> event.containsKey("encoding"));
  }

  @Property(tries = 30)
  void largeOutputIsCutIntoEventsOfWholeCharacters(@ForAll Random random) {
    int[] characters =
        random.ints(60_000, 1, 0x10ffff).filter(c -> c < 0xd800 || c > 0xdfff).toArray();
    byte[] input = new String(characters, 0, characters.length).getBytes(UTF_8);
    encodeInFrames(input, List.of(50_000, 3, 131_072));
    assertThat(decoded()).isEqualTo(input);
    assertThat(events).noneMatch(event -> event.containsKey("encoding"));
  }

  @Provide
  Arbitrary<List<Integer>> frames() {
    return Arbitraries.integers().between(1, 9).list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<byte[]> mixed() {
    Arbitrary<byte[]> text = Arbitraries.strings().ofMaxLength(60).map(s -> s.getBytes(UTF_8));
    Arbitrary<byte[]> latin =
        Arbitraries.strings()
            .withCharRange(' ', 'ÿ')
            .ofMaxLength(5)
            .map(s -> s.getBytes(ISO_8859_1));
    return Arbitraries.oneOf(text, latin).list().ofMaxSize(8).map(OutputEncoderTest::concat);
  }

  private static byte[] concat(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Example
  void theTextAroundABrokenByteStaysText() {
    encodeInFrames("caf\u00e9 open\n".getBytes(ISO_8859_1), List.of());
    assertThat(events)
        .extracting(e -> e.getString("data"))
        .containsExactly("caf", "6Q==", " open\n");
  }

  @Example
  void binaryDataIsNotTornIntoCountlessEvents() {
    byte[] input = new byte[1 << 20];
    new Random(7).nextBytes(input);
    encodeInFrames(input, List.of());
    assertThat(decoded()).isEqualTo(input);
    assertThat(events).hasSizeLessThan(300);
  }

  @Example
  void theUnfinishedCharacterIsHeldBackUntilItsEndOrTheStreams() {
    OutputEncoder encoder = encoder();
    encoder.write(Buffer.buffer(new byte[] {'a', (byte) 0xf0, (byte) 0x9f}));
    assertThat(events).extracting(e -> e.getString("data")).containsExactly("a");
    encoder.write(Buffer.buffer(new byte[] {(byte) 0x98, (byte) 0x80}));
    assertThat(events).extracting(e -> e.getString("data")).containsExactly("a", "😀");
    encoder.write(Buffer.buffer(new byte[] {(byte) 0xe2}));
    encoder.flush();
    assertThat(events.getLast().getString("encoding")).isEqualTo("base64");
  }

  @Example
  void everyControlCharacterIsEscaped() {
    byte[] input = new byte[256];
    for (int i = 0; i < 128; i++) {
      input[i] = (byte) i;
      input[128 + i] = (byte) (127 - i);
    }
    encodeInFrames(input, List.of());
    assertThat(events).hasSize(1);
    assertThat(decoded()).isEqualTo(input);
  }

  @Example
  void aBatchNamesTheExecInEachEvent() {
    OutputEncoder encoder = new OutputEncoder("stderr", "e-1", this::take);
    encoder.write(Buffer.buffer("x"));
    assertThat(events)
        .containsExactly(
            new JsonObject().put("type", "stderr").put("exec_id", "e-1").put("data", "x"));
  }

  /** Run by hand: prints MB/s for text of 80-character lines in 64 KB frames. */
  public static void main(String[] args) {
    Buffer frame = Buffer.buffer(("x".repeat(79) + "\n").repeat(819));
    long[] count = new long[1];
    OutputEncoder encoder = new OutputEncoder("stdout", (j, o, l, r) -> count[0] += l);
    for (int round = 0; round < 8; round++) {
      long begin = System.nanoTime();
      long bytes = 0;
      while (System.nanoTime() - begin < 500_000_000L) {
        encoder.write(frame);
        bytes += frame.length();
      }
      long took = System.nanoTime() - begin;
      System.out.println(bytes * 1000 / took + " MB/s");
    }
  }
}
