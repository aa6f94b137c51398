package ai.bharatbuild.jobs.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.jobs.Tars;
import ai.bharatbuild.problem.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveReaderTest {
  private static final long LIMIT = 10 << 20;

  /** What a sink saw, as text. */
  private static final class Seen implements TarReader.Sink {
    final List<String> all = new ArrayList<>();
    private long hash;
    private long length;

    @Override
    public void beginEntry(TarEntry entry) {
      all.add("begin " + entry);
      hash = 0;
      length = 0;
    }

    @Override
    public void data(byte[] bytes, int offset, int count) {
      for (int i = offset; i < offset + count; i++) {
        hash = hash * 31 + bytes[i];
      }
      length += count;
    }

    @Override
    public void endEntry() {
      all.add("end " + length + " " + hash);
    }
  }

  private static List<String> read(byte[] archive, int piece) {
    Seen seen = new Seen();
    try (ArchiveReader reader = new ArchiveReader(new TarReader(seen, 100), LIMIT)) {
      for (int at = 0; at < archive.length; at += piece) {
        reader.accept(Arrays.copyOfRange(archive, at, Math.min(archive.length, at + piece)));
      }
      reader.finish();
    }
    return seen.all;
  }

  private static byte[] sample() {
    byte[] random = new byte[70_001];
    new Random(3).nextBytes(random);
    return new Tars()
        .directory("dir/")
        .file("dir/a.txt", "hello\n")
        .file("dir/empty", "")
        .file("long/" + "x".repeat(90) + "/" + "y".repeat(120), "long")
        .file("\u00fcml\u00e4ut/\u20ac", random)
        .file("block", new byte[512])
        .end();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 511, 512, 513, 4096, 1 << 20})
  void piecesOfAnyLengthReadTheSame(int piece) {
    byte[] archive = sample();
    List<String> whole = read(archive, archive.length);
    assertThat(whole).hasSize(12);
    assertThat(whole.get(0)).contains("name=dir/", "directory=true");
    assertThat(whole.get(2))
        .contains("size=6", "modifiedNanos=" + Tars.MODIFIED_SECONDS + "000000000");
    assertThat(whole.get(6)).contains("y".repeat(120));
    assertThat(read(archive, piece)).isEqualTo(whole);
    assertThat(read(Tars.gzip(archive), piece)).isEqualTo(whole);
  }

  @Test
  void gzipMembersAreReadOneAfterAnother() {
    byte[] archive = sample();
    byte[] first = Tars.gzip(Arrays.copyOf(archive, 1000));
    byte[] second = Tars.gzip(Arrays.copyOfRange(archive, 1000, archive.length));
    byte[] both = Arrays.copyOf(first, first.length + second.length + 5);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertThat(read(both, 13)).isEqualTo(read(archive, 512));
  }

  /** Wherever it is cut off or broken, it is refused or read whole, and never anything else. */
  @Test
  void damageIsAnswered() {
    byte[] archive = sample();
    byte[] packed = Tars.gzip(archive);
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = (i % 2 == 0 ? archive : packed).clone();
      if (i % 3 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        read(damaged, 1 + random.nextInt(5_000));
      } catch (ApiException e) {
        assertThat(e.problem().status()).isIn(400, 413);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void everyCutIsNoticed() {
    byte[] archive = sample();
    int content = archive.length;
    while (archive[content - 1] == 0) {
      content--;
    }
    for (int length = 0; length < content; length += 97) {
      byte[] cut = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> read(cut, 4096))
          .as("cut after %d bytes", length)
          .isInstanceOf(ApiException.class);
      byte[] packed = Tars.gzip(archive);
      byte[] cutPacked = Arrays.copyOf(packed, Math.min(packed.length - 1, length));
      assertThatThrownBy(() -> read(cutPacked, 4096)).isInstanceOf(ApiException.class);
    }
  }
}
