package ai.bharatbuild.agents.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What real tools printed about small projects that were made to pass or to fail. */
final class Samples {
  private Samples() {}

  static String of(String name) {
    try (InputStream in = Samples.class.getResourceAsStream("/verify/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
