package ai.bharatbuild.agents.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunTableTest {
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
  private final RunTable table = new RunTable();

  private RunEntry add(String job, int number, String owner, long second) {
    RunState state = RunState.begin("template", BEGIN.plusSeconds(second));
    RunEntry entry =
        new RunEntry(new RunId(job, number), new RunFiles.Saved(Samples.request(owner), state));
    table.add(entry);
    return entry;
  }

  @Test
  void runsAreFoundByJobAndByOwnerNewestFirst() {
    RunEntry first = add("one", 1, "anna", 1);
    RunEntry second = add("one", 2, "anna", 5);
    RunEntry other = add("two", 1, "anna", 3);
    RunEntry bens = add("three", 1, "ben", 4);

    assertThat(table.get(new RunId("one", 2))).isSameAs(second);
    assertThat(table.get(new RunId("one", 3))).isNull();
    assertThat(table.get(new RunId("four", 1))).isNull();
    assertThat(table.of("one")).containsExactly(second, first);
    assertThat(table.of("four")).isEmpty();
    assertThat(table.ownedBy("anna")).containsExactly(second, other, first);
    assertThat(table.ownedBy("carl")).isEmpty();
    assertThat(table.all()).containsExactlyInAnyOrder(first, second, other, bens);
  }

  @Test
  void runsOfTheSameMomentAreDifferentRuns() {
    RunEntry one = add("one", 1, "anna", 1);
    RunEntry two = add("two", 1, "anna", 1);

    table.remove(one);

    assertThat(table.ownedBy("anna")).containsExactly(two);
    assertThat(table.of("one")).isEmpty();
    table.remove(two);
    table.remove(two);
    assertThat(table.all()).isEmpty();
    assertThat(table.ownedBy("anna")).isEmpty();
  }

  @Test
  void numbersGoOnFromTheNewest() {
    assertThat(table.nextNumber("one")).isEqualTo(1);
    add("one", 7, "anna", 1);
    assertThat(table.nextNumber("one")).isEqualTo(8);
    assertThat(table.nextNumber("two")).isEqualTo(1);
  }
}
