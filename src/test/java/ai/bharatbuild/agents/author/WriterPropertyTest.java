package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.TestScope.calls;
import static ai.bharatbuild.agents.author.TestScope.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.work.RunFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** No file is written before those that it depends on, whatever depends on what. */
class WriterPropertyTest {
  private static List<PlannedFile> files(int count, long seed) {
    Random random = new Random(seed);
    List<PlannedFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Set<String> needs = new TreeSet<>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(3) == 0) {
          needs.add("f" + j);
        }
      }
      files.add(Samples.file("f" + i, needs.toArray(String[]::new)));
    }
    Collections.shuffle(files, random);
    return files;
  }

  @Property(tries = 100)
  void dependenciesAreWrittenFirstAndShown(
      @ForAll @IntRange(min = 1, max = 14) int count, @ForAll long seed) {
    Plan plan = Samples.plan(files(count, seed));
    Map<String, PlannedFile> byPath =
        plan.files().stream().collect(Collectors.toMap(PlannedFile::path, Function.identity()));
    TestScope scope = new TestScope();
    Queue<String> missing = new ConcurrentLinkedQueue<>();
    scope.model =
        request -> {
          String path = WriterTest.wanted(request);
          for (String needed : byPath.get(path).dependsOn()) {
            if (!scope.workspace.files.containsKey(needed)
                || !TestScope.last(request).contains("text of " + needed + "\n")) {
              missing.add(path + " without " + needed);
            }
          }
          return calls(write(path, "text of " + path + "\n"));
        };
    Set<String> written = ConcurrentHashMap.newKeySet();

    new ModelAuthor("scripted", Samples.STACKS)
        .write(scope, Samples.brief("x"), plan, Set.of(), written::add);

    assertThat(missing).isEmpty();
    assertThat(written).isEqualTo(byPath.keySet());
    assertThat(scope.asked).hasSize(count);
  }

  @Property(tries = 60)
  void nothingIsWrittenThatNeedsWhatFailed(
      @ForAll @IntRange(min = 2, max = 14) int count,
      @ForAll @IntRange(min = 0, max = 13) int failing,
      @ForAll long seed) {
    Plan plan = Samples.plan(files(count, seed));
    String bad = "f" + failing % count;
    TestScope scope = new TestScope();
    scope.model =
        request -> {
          String path = WriterTest.wanted(request);
          if (path.equals(bad)) {
            throw new ModelException(ModelException.Kind.OVERLOADED, "busy");
          }
          return calls(write(path, "x\n"));
        };

    assertThatThrownBy(
            () ->
                new ModelAuthor("scripted", Samples.STACKS)
                    .write(scope, Samples.brief("x"), plan, Set.of(), path -> {}))
        .isInstanceOf(RunFailedException.class);

    Set<String> there = scope.workspace.files.keySet();
    assertThat(there).doesNotContain(bad);
    for (PlannedFile file : plan.files()) {
      if (there.contains(file.path())) {
        assertThat(there).containsAll(file.dependsOn());
      }
    }
  }
}
