package ai.bharatbuild.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The cases as a whole; they are run by {@code scripts/gate.sh}. */
class GateCasesTest {
  private static final Pattern NAMED = Pattern.compile("`([a-z0-9-]+)`");

  @Test
  void theDocumentNamesEveryCaseAndNoOther() throws IOException {
    Set<String> documented =
        Files.readString(Path.of("docs/security.md"))
            .lines()
            .filter(line -> line.startsWith("|") && line.contains("gate: "))
            .map(line -> line.substring(line.indexOf("gate: ")))
            .flatMap(cell -> NAMED.matcher(cell).results())
            .map((MatchResult name) -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented)
        .isEqualTo(
            Cases.all().stream().map(Case::name).collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyCaseHasANameOfItsOwnOnItsRuntime() {
    assertThat(Cases.all().stream().map(c -> c.runtime() + " " + c.name())).doesNotHaveDuplicates();
  }

  @Test
  void everyKindAndEveryDefenceIsTried() {
    Set<String> defences = Cases.all().stream().map(Case::defence).collect(Collectors.toSet());

    assertThat(Cases.all()).hasSizeGreaterThan(60);
    assertThat(Cases.all().stream().map(Case::kind).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Kind.values());
    assertThat(defences)
        .containsAll(Arrays.stream(Defence.values()).map(Defence::toString).toList());
  }

  @Test
  void aCasePassesOnlyWhenItIsHeldAndItsControlIsNot() {
    Finding held = Finding.held("");
    Finding breached = Finding.breached("");
    Finding broken = Finding.broken("");

    assertThat(new Case.Outcome(held, breached).passed()).isTrue();
    for (Finding control : new Finding[] {held, broken}) {
      assertThat(new Case.Outcome(held, control).passed()).isFalse();
    }
    for (Finding attack : new Finding[] {breached, broken}) {
      assertThat(new Case.Outcome(attack, breached).passed()).isFalse();
    }
  }
}
