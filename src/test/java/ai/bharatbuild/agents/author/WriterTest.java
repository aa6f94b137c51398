package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.Samples.STACKS;
import static ai.bharatbuild.agents.author.Samples.brief;
import static ai.bharatbuild.agents.author.Samples.change;
import static ai.bharatbuild.agents.author.Samples.file;
import static ai.bharatbuild.agents.author.Samples.plan;
import static ai.bharatbuild.agents.author.TestScope.call;
import static ai.bharatbuild.agents.author.TestScope.calls;
import static ai.bharatbuild.agents.author.TestScope.edit;
import static ai.bharatbuild.agents.author.TestScope.end;
import static ai.bharatbuild.agents.author.TestScope.last;
import static ai.bharatbuild.agents.author.TestScope.said;
import static ai.bharatbuild.agents.author.TestScope.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunStoppedException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WriterTest {
  private static final Pattern WANTED = Pattern.compile("Write the file (\\S+) now");

  private final TestScope scope = new TestScope();
  private final ModelAuthor author = new ModelAuthor("scripted", STACKS);
  private final List<String> written = new CopyOnWriteArrayList<>();

  static String wanted(ModelRequest request) {
    Matcher matcher = WANTED.matcher(said(request.messages().getFirst()));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static ModelAnswer written(ModelRequest request) {
    return calls(write(wanted(request), "// " + wanted(request) + "\n"));
  }

  private void run(Plan plan, String... done) {
    author.write(scope, brief("a thing"), plan, Set.of(done), written::add);
  }

  @Test
  void writesEachFileInOneAnswerAndShowsItWhatItDependsOn() {
    scope.model = WriterTest::written;

    run(plan(file("main.js", "lib.js"), file("lib.js", "types.js"), file("types.js")));

    assertThat(written).containsExactly("types.js", "lib.js", "main.js");
    assertThat(scope.asked).hasSize(3);
    assertThat(scope.workspace.text("main.js")).isEqualTo("// main.js\n");
    assertThat(last(scope.asked.get(2)))
        .contains(": lib.js]\n// lib.js\n", ": types.js]\n// types.js\n", "is main.js");
    assertThat(scope.events("file", "path")).containsExactly("types.js", "lib.js", "main.js");
    assertThat(scope.told)
        .filteredOn(it -> it.type().equals("file"))
        .first()
        .satisfies(
            it -> {
              assertThat(it.data().get("action")).isEqualTo("created");
              assertThat(it.data().get("content")).isEqualTo("// types.js\n");
              assertThat(it.data().get("bytes")).isEqualTo(12L);
            });
  }

  @Test
  void allConversationsBeginAlikeSoThatTheyCanBeCached() {
    scope.model = WriterTest::written;

    run(plan(file("a.js"), file("b.js")));

    assertThat(scope.asked)
        .extracting(ModelRequest::system)
        .containsOnly(scope.asked.getFirst().system());
    assertThat(scope.asked)
        .extracting(ModelRequest::tools)
        .containsOnly(scope.asked.getFirst().tools());
    assertThat(scope.asked.getFirst().system())
        .extracting(SystemBlock::cacheBreakpoint)
        .endsWith(true);
  }

  @Test
  void filesOfAWaveAreWrittenAtOnceByAtMostFourConversations() throws Exception {
    CyclicBarrier four = new CyclicBarrier(4);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    scope.model =
        request -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          try {
            // Passed only if four are here together, twice.
            four.await(60, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          now.decrementAndGet();
          return written(request);
        };

    run(plan(IntStream.range(0, 8).mapToObj(i -> file("f" + i + ".js")).toList()));

    assertThat(written).hasSize(8);
    assertThat(most).hasValue(4);
  }

  @Test
  void theFirstFailureEndsTheOthers() {
    CountDownLatch waiting = new CountDownLatch(3);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    scope.model =
        request -> {
          if (wanted(request).equals("bad.js")) {
            await(waiting);
            throw new ModelException(ModelException.Kind.BUDGET, "No money is left.");
          }
          waiting.countDown();
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            Thread.currentThread().interrupt();
          }
          return written(request);
        };

    RunFailedException failed =
        catchThrowableOfType(
            RunFailedException.class,
            () ->
                run(plan(file("a.js"), file("b.js"), file("c.js"), file("bad.js"), file("e.js"))));

    assertThat(failed.code()).isEqualTo("budget_exhausted");
    assertThat(interrupted).hasValue(3);
    assertThat(scope.workspace.files).isEmpty();
    assertThat(written).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCancelledRunWritesNoMore() {
    scope.model =
        request -> {
          scope.stopped = true;
          return written(request);
        };

    assertThatThrownBy(() -> run(plan(file("a.js"), file("b.js", "a.js"))))
        .isInstanceOf(RunStoppedException.class);
    assertThat(scope.workspace.files).isEmpty();
    assertThat(scope.asked).hasSize(1);
  }

  @Test
  void whatWasDoneBeforeIsNotWrittenAgain() {
    scope.workspace.with("types.js", "// by an earlier try\n");
    scope.model = WriterTest::written;

    run(plan(file("main.js", "types.js"), file("types.js")), "types.js");

    assertThat(written).containsExactly("main.js");
    assertThat(last(scope.asked.getFirst())).contains("// by an earlier try");
  }

  @Test
  void aModelThatForgetsTheFileIsRemindedOnce() {
    scope.answers(end("Done!"), calls(write("a.js", "1\n")));

    run(plan(file("a.js")));

    assertThat(last(scope.asked.get(1))).contains("a.js is not there yet");
    assertThat(written).containsExactly("a.js");
  }

  @Test
  void aFileThatIsNeverWrittenFailsTheRun() {
    scope.answers(end("Done!"), end("I did it already."));

    RunFailedException failed =
        catchThrowableOfType(RunFailedException.class, () -> run(plan(file("a.js"))));

    assertThat(failed.code()).isEqualTo("file_not_written");
    assertThat(failed).hasMessageContaining("a.js").hasMessageContaining("I did it already.");
    assertThat(written).isEmpty();
  }

  @Test
  void aConversationWritesOnlyItsOwnFile() {
    scope.answers(
        calls(write("b.js", "mine\n"), call("delete_file", "path", "b.js")),
        calls(write("a.js", "1\n")));
    scope.workspace.with("b.js", "yours\n");

    run(plan(file("a.js")));

    assertThat(scope.workspace.text("b.js")).isEqualTo("yours\n");
    assertThat(last(scope.asked.get(1))).contains("nothing else", "no tool delete_file");
  }

  @Test
  void aFileThatIsThereIsShownAndChangedByEdits() {
    scope.workspace.with("a.js", "one\ntwo\n").with("old.js", "x\n");
    scope.answers(
        calls(edit("a.js", "two", "2"), call("read_file", "path", "old.js")),
        calls(call("delete_file", "path", "old.js")),
        end("Changed."));

    author.write(scope, change("two is 2", "a.js"), plan(file("a.js")), Set.of(), written::add);

    assertThat(said(scope.asked.getFirst())).contains("one\ntwo\n", "changed it by hand");
    assertThat(scope.workspace.text("a.js")).isEqualTo("one\n2\n");
    assertThat(scope.workspace.text("old.js")).isNull();
    assertThat(scope.events("file", "action")).containsExactly("changed", "deleted");
  }

  @Test
  void aTestThatWasThereBeforeIsNotDeleted() {
    scope.workspace.with("a.js", "one\n").with("a.test.js", "test('a', () => {});\n");
    scope.answers(
        calls(edit("a.js", "one", "1"), call("read_file", "path", "a.test.js")),
        calls(call("delete_file", "path", "a.test.js")),
        end("Changed."));

    author.write(scope, change("one is 1"), plan(file("a.js")), Set.of(), written::add);

    assertThat(last(scope.asked.get(2))).contains("is a test that was there before");
    assertThat(scope.workspace.text("a.test.js")).isNotNull();
  }

  @Test
  void aLongFileIsSavedOnlyWithItsLastPart() {
    scope.answers(
        calls(call("write_file", "path", "a.js", "content", "1\n", "more", true)),
        end("Done."),
        calls(call("append_file", "path", "a.js", "content", "2\n", "more", true)),
        calls(call("append_file", "path", "a.js", "content", "3\n", "more", false)));

    run(plan(file("a.js")));

    assertThat(last(scope.asked.get(2))).contains("have no end", "a.js");
    assertThat(scope.workspace.written)
        .containsExactly(new MemoryWorkspace.Written("a.js", "1\n2\n3\n"));
  }

  @Test
  void aFileIsNotTakenForWholeWhereItsNextPartFailed() {
    scope.answers(
        calls(
            write("a.js", "1\n"),
            call("append_file", "path", "a.js", "content", "2\n", "more", false)),
        calls(write("a.js", "1\n2\n")));

    run(plan(file("a.js")));

    assertThat(scope.workspace.text("a.js")).isEqualTo("1\n2\n");
  }

  @Test
  void aConversationThatGrowsHasAtMostFourBreakpointsTheLastAtItsEnd() {
    scope.answers(
        calls(call("list_files")),
        calls(call("list_files")),
        calls(call("list_files")),
        calls(write("a.js", "1\n")));

    run(plan(file("a.js")));

    ModelRequest last = scope.asked.getLast();
    long marks =
        last.messages().stream().filter(Message::cacheBreakpoint).count()
            + last.system().stream().filter(SystemBlock::cacheBreakpoint).count();
    assertThat(marks).isEqualTo(4);
    assertThat(last.messages().getLast().cacheBreakpoint()).isTrue();
    assertThat(last.messages().getFirst().cacheBreakpoint()).isTrue();
  }
}
