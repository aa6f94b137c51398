package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.ScriptedServer.Ending;
import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.HttpTransport;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.WireModel;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What calls cost, and which are not made. */
class MeteredTest {
  private static final ModelPrices PRICES =
      new ModelPrices(3_000_000, 15_000_000, 3_750_000, 300_000);
  private static final ModelEntry ENTRY =
      new ModelEntry("anthropic", "big-1", ModelRole.LARGE, 200_000, 64_000, true, PRICES);
  private static final Usage USAGE = new Usage(1000, 200, 40, 5000);

  /** 1000 × 3 + 200 × 15 + 40 × 3.75 + 5000 × 0.3. */
  private static final long COST = 3000 + 3000 + 150 + 1500;

  private final Vertx vertx = Vertx.vertx();
  private final Dialect dialect = new AnthropicModelTest.Messages();
  private final List<Ledger.Entry> entries = new ArrayList<>();
  private final Ledger ledger = new Ledger(entries::add);
  private ScriptedServer server;

  @BeforeEach
  void start() {
    server = new ScriptedServer(vertx);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private LanguageModel metered(Budget budget) {
    Secret key = new Secret("k");
    Endpoint endpoint = server.endpoint(dialect, key, ScriptedServer.SILENCE);
    LanguageModel plain =
        new WireModel(
            vertx,
            dialect.protocol(LanguageModelContract.NAMES),
            new HttpTransport(vertx, endpoint),
            key);
    return new Metered(
        plain, Map.of(ModelRole.LARGE, ENTRY), budget, ledger, "plan", Clock.systemUTC());
  }

  private static Budget budget(long micros) {
    return new Budget("this run", micros, Long.MAX_VALUE, null);
  }

  private Answer text() {
    return Answer.events(dialect.answer(List.of("x"), List.of(), StopReason.END_TURN, USAGE));
  }

  @Test
  void aCallIsPricedByItsUsage() {
    Budget budget = budget(1_000_000);
    server.then(text().header("request-id", "r1"));

    await(ModelAnswer.collect(metered(budget).stream(LanguageModelContract.request())));

    assertThat(budget.spentMicros()).isEqualTo(COST);
    assertThat(budget.leftMicros()).isEqualTo(1_000_000 - COST);
    assertThat(budget.spentTokens()).isEqualTo(6240);
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst())
        .returns("big-1", Ledger.Entry::model)
        .returns("plan", Ledger.Entry::stage)
        .returns("r1", Ledger.Entry::requestId)
        .returns("end_turn", Ledger.Entry::outcome)
        .returns(USAGE, Ledger.Entry::usage)
        .returns(false, Ledger.Entry::estimated);
    assertThat(ledger.total().costMicros()).isEqualTo(COST);
    assertThat(ledger.stages()).containsOnlyKeys("plan");
  }

  @Test
  void aCallThatTheBudgetMayNotBearIsNotMade() {
    // 500 tokens of output alone may cost 7,500.
    Budget budget = budget(7_499);
    server.then(Answer.json(200, "{\"input_tokens\": 10}"));

    assertThatThrownBy(
            () ->
                await(ModelAnswer.collect(metered(budget).stream(LanguageModelContract.request()))))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.BUDGET);
              assertThat(e.retryable()).isFalse();
              assertThat(e.getMessage()).contains("this run", "0.007499");
            });
    assertThat(server.received().stream().map(ScriptedServer.Received::uri))
        .containsOnly("/v1/messages/count_tokens");
    assertThat(budget.spentMicros()).isZero();
    assertThat(budget.leftMicros()).isEqualTo(7_499);
    assertThat(entries).isEmpty();
  }

  @Test
  void theProvidersCountDecidesWhereTheBoundIsTooMuch() {
    Budget budget = budget(9_000);
    server.then(Answer.json(200, "{\"input_tokens\": 200}")).then(text());

    await(ModelAnswer.collect(metered(budget).stream(LanguageModelContract.request())));

    assertThat(server.received()).hasSize(2);
    assertThat(budget.spentMicros()).isEqualTo(COST);
  }

  @Test
  void aCallThatIsCancelledWhileItIsCountedEndsTheCountAndCostsNothing() {
    Budget budget = budget(7_499);
    server.then(Answer.json(200, "{\"input_tokens\": 10}").ending(Ending.HANG));
    ModelStream stream = metered(budget).stream(LanguageModelContract.request());
    var next = stream.next();
    await(server.arrived());

    stream.cancel();

    await(server.left());
    assertThatThrownBy(() -> await(next))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    assertThat(budget.leftMicros()).isEqualTo(7_499);
    assertThat(entries).isEmpty();
  }

  @Test
  void anAnswerThatBrokeOffIsCharged() {
    List<String> events = dialect.answer(List.of("one"), List.of(), StopReason.END_TURN, USAGE);
    server.then(Answer.events(events.subList(0, events.size() - 2)).ending(Ending.DROP));
    Budget budget = budget(1_000_000);

    assertThatThrownBy(
            () ->
                await(ModelAnswer.collect(metered(budget).stream(LanguageModelContract.request()))))
        .isInstanceOf(ModelException.class);

    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().outcome()).isEqualTo("dropped");
    assertThat(entries.getFirst().estimated()).isTrue();
    assertThat(entries.getFirst().usage().input()).isEqualTo(1000);
    assertThat(budget.spentMicros()).isGreaterThanOrEqualTo(3000 + 150 + 1500);
  }

  @Test
  void aRefusedCallCostsNothingAndACancelledOneWhatItMayHave() {
    Budget budget = budget(1_000_000);
    LanguageModel model = metered(budget);
    server.then(Answer.json(529, dialect.error(529, "busy")));
    assertThatThrownBy(
            () -> await(ModelAnswer.collect(model.stream(LanguageModelContract.request()))))
        .isInstanceOf(ModelException.class);
    assertThat(budget.spentMicros()).isZero();
    assertThat(budget.leftMicros()).isEqualTo(1_000_000);

    server.then(text().ending(Ending.HANG));
    ModelStream stream = model.stream(LanguageModelContract.request());
    await(stream.next());
    stream.cancel();

    assertThat(entries.getLast().outcome()).isEqualTo("cancelled");
    assertThat(entries.getLast().estimated()).isTrue();
    assertThat(budget.spentMicros()).isPositive();
    assertThat(budget.leftMicros()).isEqualTo(1_000_000 - budget.spentMicros());
  }

  @Test
  void eachAttemptIsPaidFor() {
    List<String> events = dialect.answer(List.of("one"), List.of(), StopReason.END_TURN, USAGE);
    server.then(Answer.events(events.subList(0, events.size() - 2)).ending(Ending.DROP));
    server.then(text());
    Retrying model =
        new Retrying(
            vertx,
            metered(budget(1_000_000)),
            new RetryPolicy(3, Duration.ofMillis(1), Duration.ofSeconds(1)),
            new Random(1));

    await(ModelAnswer.collect(model.stream(LanguageModelContract.request().restartable(true))));

    assertThat(entries.stream().map(Ledger.Entry::outcome)).containsExactly("dropped", "end_turn");
  }

  @Test
  void aLargerBudgetHoldsToo() {
    Budget month = budget(10_000);
    Budget run = new Budget("a run", 1_000_000, 1_000_000, month);

    Budget.Hold first = run.hold(6_000, 10);
    assertThatThrownBy(() -> run.hold(6_000, 10)).hasMessageContaining("this run");
    assertThat(run.leftMicros()).isEqualTo(994_000);
    first.settle(1_000, 5);
    first.settle(1_000, 5);
    run.hold(6_000, 10);

    assertThat(month.spentMicros()).isEqualTo(1_000);
    assertThat(month.leftMicros()).isEqualTo(3_000);
    assertThatThrownBy(() -> run.hold(0, 1_000_000)).hasMessageContaining("tokens");
  }

  @Test
  void callsAtTheSameTimeCannotOverspendTogether() throws Exception {
    Budget run = new Budget("a run", 1_000, Long.MAX_VALUE, budget(900));
    List<Future<Integer>> threads = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        threads.add(pool.submit(() -> holds(run)));
      }
    }
    int got = 0;
    for (Future<Integer> thread : threads) {
      got += thread.get();
    }
    assertThat(got).isEqualTo(90);
    assertThat(run.leftMicros()).isEqualTo(100);
  }

  private static int holds(Budget run) {
    int got = 0;
    for (int i = 0; i < 100; i++) {
      try {
        run.hold(10, 1);
        got++;
      } catch (ModelException e) {
        assertThat(e.kind()).isEqualTo(Kind.BUDGET);
      }
    }
    return got;
  }

  @Property(tries = 200)
  void noUsageCostsMoreThanItsBound(
      @ForAll @LongRange(max = 1_000_000) long input,
      @ForAll @LongRange(max = 1_000_000) long write,
      @ForAll @LongRange(max = 1_000_000) long read,
      @ForAll @LongRange(max = 100_000) long output) {
    Usage usage = new Usage(input, output, write, read);

    assertThat(PRICES.cost(usage))
        .isLessThanOrEqualTo(PRICES.dearestInput(usage.totalInput()) + PRICES.output(output));
  }
}
