package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import java.util.Comparator;
import java.util.List;

/**
 * Judges shell command lines by what they would start. Stateless and safe on any thread; takes well
 * under a millisecond for usual commands and is bounded for any.
 */
public final class CommandAdvisor {
  /** Longest command, in characters. */
  public static final int MAX_LENGTH = 10_000;

  /** What the rules say of a command, the worst first; empty when there is nothing to say. */
  public List<Advice> advise(String command) {
    if (command.codePointCount(0, command.length()) > MAX_LENGTH) {
      return List.of(
          new Advice("too-long", Level.BLOCKED, "A command has at most 10,000 characters"));
    }
    if (command.indexOf(0) >= 0) {
      return List.of(new Advice("nul", Level.BLOCKED, "A command cannot hold a NUL character"));
    }
    if (command.isBlank()) {
      return List.of(new Advice("empty", Level.BLOCKED, "The command is empty"));
    }
    Analysis analysis = new Analysis();
    analysis.analyze(command.replace("\r\n", "\n"));
    return analysis.findings().stream()
        .sorted(Comparator.comparing(Advice::level).reversed())
        .toList();
  }

  /** The documented validation result. */
  public CommandValidation validate(String command) {
    List<Advice> advice = advise(command);
    Level risk = advice.isEmpty() ? Level.SAFE : advice.getFirst().level();
    boolean valid = !risk.refused();
    List<String> patterns =
        advice.stream()
            .filter(found -> found.level().compareTo(Level.DANGEROUS) >= 0)
            .map(Advice::rule)
            .distinct()
            .toList();
    String message = valid ? null : advice.getFirst().message();
    return new CommandValidation(
        valid, risk, valid ? command.strip() : null, message, patterns, advice);
  }
}
