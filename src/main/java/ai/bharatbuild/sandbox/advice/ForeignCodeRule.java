package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import java.util.List;
import java.util.function.Consumer;

/** Running what was just downloaded or decoded, which nobody can have read. */
final class ForeignCodeRule implements Rule {
  private static final Advice DOWNLOADED =
      new Advice("run-download", Level.DANGEROUS, "Runs what it downloads");
  private static final Advice DECODED =
      new Advice("run-decoded", Level.DANGEROUS, "Runs what it decodes");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    List<Invocation> sources = Interpreters.codeSources(program);
    if (sources.stream().anyMatch(ForeignCodeRule::downloads)) {
      findings.accept(DOWNLOADED);
    }
    if (sources.stream().anyMatch(ForeignCodeRule::decodes)) {
      findings.accept(DECODED);
    }
  }

  private static boolean downloads(Invocation program) {
    return program.named("curl", "wget", "fetch", "aria2c", "lynx", "nc", "ncat", "ftp", "scp");
  }

  private static boolean decodes(Invocation program) {
    return switch (program.name()) {
      case "base64", "base32", "basenc" -> program.has("dD", "--decode");
      case "openssl" -> program.has("d") || program.plainArgs().contains("-d");
      case "xxd" -> program.has("r");
      case "rev", "uudecode" -> true;
      default -> false;
    };
  }
}
