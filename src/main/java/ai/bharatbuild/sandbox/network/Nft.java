package ai.bharatbuild.sandbox.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program {@code nft}. All methods block. */
final class Nft {
  private static final int PATIENCE_SECONDS = 10;
  private static final int MOST_OUTPUT = 4096;

  /** The program is missing, may not be used, or refused what it was told. */
  static final class NftException extends IOException {
    private static final long serialVersionUID = 1;

    NftException(String message) {
      super(message);
    }
  }

  private final Path program;

  private Nft(Path program) {
    this.program = program;
  }

  /** Finds it also where an ordinary user's PATH does not look. */
  static Nft find() throws NftException {
    List<String> places =
        new ArrayList<>(Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":")));
    places.addAll(List.of("/usr/local/sbin", "/usr/sbin", "/sbin"));
    for (String place : places) {
      Path program = Path.of(place.isEmpty() ? "/" : place, "nft");
      if (Files.isExecutable(program)) {
        return new Nft(program);
      }
    }
    throw new NftException("nft is not installed; install the package nftables");
  }

  /** Carries out all of the commands in one transaction, or none. */
  void apply(String commands) throws IOException, InterruptedException {
    run(commands, "-f", "-");
  }

  /** Fails when the kernel or the user's rights do not allow to look. */
  void check() throws IOException, InterruptedException {
    run("", "list", "tables");
  }

  boolean hasChain(String table, String chain) throws IOException, InterruptedException {
    try {
      run("", "list", "chain", "inet", table, chain);
      return true;
    } catch (NftException e) {
      return false;
    }
  }

  private void run(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    // To a file, because nobody reads while the input is written.
    Path output = Files.createTempFile("bharatbuild-nft-", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended early; its output and status tell why.
        process.waitFor(1, TimeUnit.SECONDS);
      }
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new NftException("nft did not end within " + PATIENCE_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new NftException("nft: " + said(output));
      }
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }

  private static String said(Path output) throws IOException {
    byte[] bytes = Files.readAllBytes(output);
    return new String(bytes, 0, Math.min(bytes.length, MOST_OUTPUT), StandardCharsets.UTF_8)
        .strip();
  }
}
