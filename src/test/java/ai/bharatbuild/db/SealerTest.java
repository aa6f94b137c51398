package ai.bharatbuild.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
  private static final Sealer SEALER =
      new Sealer(List.of("a key of this test".getBytes(StandardCharsets.UTF_8)));

  @TempDir Path data;

  @ParameterizedTest
  @ValueSource(strings = {"", "whsec_secret", "\u0939\u093f\u0928\u094d\u0926\u0940", "sealed:"})
  void whatIsSealedIsOpened(String text) {
    String sealed = SEALER.seal(text, "here");
    assertThat(sealed).startsWith(SEALER.prefix()).matches("sealed:[0-9a-f]{12}:[A-Za-z0-9_-]+");
    assertThat(text.isEmpty() || !sealed.substring(20).contains(text)).isTrue();
    assertThat(SEALER.open(sealed, "here")).contains(text);
    assertThat(SEALER.open(sealed, "there")).isEmpty();
    assertThat(SEALER.seal(text, "here")).isNotEqualTo(sealed);
  }

  @Test
  void whatWasChangedIsNotOpened() {
    String sealed = SEALER.seal("secret", "here");
    int body = SEALER.prefix().length();
    for (int at = body; at < sealed.length() - 1; at++) {
      char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
      String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
      assertThat(SEALER.open(changed, "here")).as("at %d", at).isEmpty();
    }
    for (String wrong :
        List.of(
            "sealed:",
            "sealed:x",
            SEALER.prefix(),
            SEALER.prefix() + "%",
            SEALER.prefix() + "AAAA",
            sealed.substring(0, body + 16))) {
      assertThat(SEALER.open(wrong, "here")).as(wrong).isEmpty();
    }
  }

  @Test
  void whatLiesOpenIsGivenAsItIs() {
    assertThat(SEALER.open("whsec_open", "here")).contains("whsec_open");
  }

  @Test
  void aKeyIsMadeOnceAndUsedAgain() throws Exception {
    Path directory = data.resolve("data/secret-keys");
    String sealed = Sealer.open(directory, List.of()).seal("secret", "here");
    assertThat(Sealer.open(directory, List.of()).open(sealed, "here")).contains("secret");
    assertThat(keys(directory)).hasSize(1);
    Sealer configured = Sealer.open(directory, List.of("a configured key"));
    assertThat(configured.open(sealed, "here")).contains("secret");
    assertThat(sealed).doesNotStartWith(configured.prefix());
    assertThat(Sealer.open(data.resolve("none"), List.of("a configured key")).prefix())
        .isEqualTo(configured.prefix());
    assertThat(data.resolve("none")).doesNotExist();
  }

  private static List<Path> keys(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void serversThatStartAtOnceOpenWhatTheOthersSeal() throws Exception {
    Path directory = data.resolve("secret-keys");
    Callable<Sealer> start = () -> Sealer.open(directory, List.of());
    try (ExecutorService starts = Executors.newFixedThreadPool(4)) {
      for (Future<Sealer> one : starts.invokeAll(List.of(start, start, start, start))) {
        String sealed = one.get().seal("secret", "here");
        assertThat(Sealer.open(directory, List.of()).open(sealed, "here")).contains("secret");
      }
    }
  }

  @Test
  void keysThatOthersMayReadAreRefused() throws Exception {
    Path directory = data.resolve("secret-keys");
    Sealer.open(directory, List.of());
    Files.setPosixFilePermissions(
        keys(directory).getFirst(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Sealer.open(directory, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
  }
}
