package ai.bharatbuild.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path directory;

  @Test
  void isMadeOnceForItsOwnerAlone() throws Exception {
    Path file = directory.resolve("key");
    byte[] made = SecretFile.open(file, 32);
    assertThat(made).hasSize(32).isNotEqualTo(new byte[32]);
    assertThat(SecretFile.open(file, 32)).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void everybodyWhoStartsAtOnceGetsTheSame() throws Exception {
    Path file = directory.resolve("key");
    List<Callable<String>> starts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      starts.add(() -> HexFormat.of().formatHex(SecretFile.open(file, 32)));
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      List<String> seen = new ArrayList<>();
      for (Future<String> start : threads.invokeAll(starts)) {
        seen.add(start.get());
      }
      assertThat(seen).hasSize(16).containsOnly(seen.getFirst());
    }
  }

  @Test
  void refusesWhatOthersMayReadOrWhatIsTorn() throws Exception {
    Path open = directory.resolve("open");
    SecretFile.open(open, 32);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> SecretFile.open(open, 32))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
    Path torn = directory.resolve("torn");
    SecretFile.open(torn, 16);
    assertThatThrownBy(() -> SecretFile.open(torn, 32)).hasMessageContaining("damaged");
  }
}
