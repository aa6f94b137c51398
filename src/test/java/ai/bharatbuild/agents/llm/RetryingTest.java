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
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are made again, against a real server. */
class RetryingTest {
  private static final Usage USAGE = new Usage(10, 5, 0, 0);
  private static final RetryPolicy QUICK =
      new RetryPolicy(4, Duration.ofMillis(4), Duration.ofSeconds(2));

  private final Vertx vertx = Vertx.vertx();
  private final Dialect dialect = new AnthropicModelTest.Messages();
  private ScriptedServer server;
  private LanguageModel model;

  @BeforeEach
  void start() {
    server = new ScriptedServer(vertx);
    model = retrying(QUICK);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private LanguageModel retrying(RetryPolicy policy) {
    Secret key = new Secret("k");
    Endpoint endpoint = server.endpoint(dialect, key, ScriptedServer.SILENCE);
    WireModel plain =
        new WireModel(
            vertx,
            dialect.protocol(LanguageModelContract.NAMES),
            new HttpTransport(vertx, endpoint),
            key);
    return new Retrying(vertx, plain, policy, new Random(1));
  }

  private Answer text(String... texts) {
    return Answer.events(dialect.answer(List.of(texts), List.of(), StopReason.END_TURN, USAGE));
  }

  private Answer error(int status) {
    return Answer.json(status, dialect.error(status, "no"));
  }

  /** An answer that breaks off after its first text. */
  private Answer half() {
    List<String> events = new ArrayList<>();
    for (String event :
        dialect.answer(List.of("half", "rest"), List.of(), StopReason.END_TURN, USAGE)) {
      events.add(event);
      if (event.contains("half")) {
        break;
      }
    }
    return Answer.events(events).ending(Ending.HANG);
  }

  /** Breaks the connection once the half came; what is on its way when one breaks may be lost. */
  private void breaks(ModelEvent event) {
    if (event instanceof ModelEvent.TextDelta delta && delta.text().equals("half")) {
      server.drop();
    }
  }

  @Test
  void whatFailsForAWhileIsAskedAgain() {
    server.then(error(529)).then(error(429).header("retry-after", "0")).then(error(500));
    server.then(text("at last"));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(LanguageModelContract.request())));

    assertThat(answer.text()).isEqualTo("at last");
    assertThat(server.received()).hasSize(4);
    assertThat(server.received().stream().map(ScriptedServer.Received::body).distinct()).hasSize(1);
  }

  @Test
  void itIsNotAskedForEver() {
    for (int i = 0; i < 9; i++) {
      server.then(error(529));
    }

    assertThatThrownBy(
            () -> await(ModelAnswer.collect(model.stream(LanguageModelContract.request()))))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OVERLOADED));
    assertThat(server.received()).hasSize(4);
  }

  @Test
  void whatWaitingDoesNotHelpIsAskedOnce() {
    for (Answer answer :
        List.of(
            error(429),
            error(400),
            error(401),
            error(402),
            Answer.json(429, dialect.error(429, "enforced_spend_limit_reached"))
                .header("retry-after", "0"),
            error(429).header("retry-after", "3600"))) {
      int before = server.received().size();
      server.then(answer);
      assertThatThrownBy(
              () -> await(ModelAnswer.collect(model.stream(LanguageModelContract.request()))))
          .isInstanceOf(ModelException.class);
      assertThat(server.received()).hasSize(before + 1);
    }
  }

  @Test
  void theTimeThatTheProviderAsksForIsWaited() {
    server.then(error(429).header("retry-after-ms", "250")).then(text("x"));
    long begun = System.nanoTime();

    await(ModelAnswer.collect(model.stream(LanguageModelContract.request())));

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(249));
  }

  @Test
  void anAnswerThatBrokeOffIsNotRepeatedForACallerThatHasAPart() {
    server.then(half()).then(text("whole"));

    assertThatThrownBy(
            () ->
                await(
                    ModelAnswer.collect(
                        model.stream(LanguageModelContract.request()), this::breaks)))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DROPPED));
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void aCallerThatCanBeginAnewIsToldToForgetThePart() {
    server.then(half()).then(half()).then(text("whole"));
    List<ModelEvent> events = new ArrayList<>();

    ModelAnswer answer =
        await(
            ModelAnswer.collect(
                model.stream(LanguageModelContract.request().restartable(true)),
                event -> {
                  events.add(event);
                  breaks(event);
                }));

    assertThat(answer.text()).isEqualTo("whole");
    assertThat(events.stream().filter(ModelEvent.Restarted.class::isInstance)).hasSize(2);
    assertThat(events.stream().filter(ModelEvent.TextDelta.class::isInstance)).hasSize(3);
  }

  @Test
  void cancellingEndsTheWait() {
    LanguageModel patient =
        retrying(new RetryPolicy(4, Duration.ofMinutes(5), Duration.ofMinutes(10)));
    server.then(error(429).header("retry-after", "500"));
    ModelStream stream = patient.stream(LanguageModelContract.request());
    var waiting = stream.next();
    await(server.arrived());

    stream.cancel();

    assertThatThrownBy(() -> await(waiting))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void cancellingIsHeardBetweenAFailureAndTheWait() {
    ModelException busy = new ModelException(Kind.OVERLOADED, "busy");
    LanguageModel failing =
        new LanguageModel() {
          @Override
          public String provider() {
            return "failing";
          }

          @Override
          public ModelStream stream(ModelRequest request) {
            return new ModelStream() {
              @Override
              public Future<ModelEvent> next() {
                return Future.failedFuture(busy);
              }

              @Override
              public void cancel() {}
            };
          }

          @Override
          public TokenCount countTokens(ModelRequest request) {
            return TokenCount.failed(new UnsupportedOperationException());
          }

          @Override
          public Future<Void> close() {
            return Future.succeededFuture();
          }
        };
    LanguageModel patient =
        new Retrying(
            vertx,
            failing,
            new RetryPolicy(4, Duration.ofMinutes(5), Duration.ofMinutes(10)),
            new Random(1));
    Promise<ModelEvent> answer = Promise.promise();
    // On one context: the attempt fails, then the call is cancelled, then the failure is heard of.
    vertx.runOnContext(
        v -> {
          ModelStream stream = patient.stream(LanguageModelContract.request());
          stream.next().onComplete(answer);
          stream.cancel();
        });

    assertThatThrownBy(() -> await(answer.future()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
  }

  @Test
  void waitsAreRandomGrowAndAreBounded() {
    RetryPolicy policy = new RetryPolicy(10, Duration.ofMillis(100), Duration.ofMillis(1000));
    ModelException busy = new ModelException(Kind.OVERLOADED, "busy");
    Random random = new Random(7);
    for (int made = 1; made < 10; made++) {
      long bound = Math.min(1000, 100L << (made - 1));
      List<Long> waits = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        waits.add(policy.wait(busy, made, random).toMillis());
      }
      assertThat(waits).allMatch(wait -> wait >= 0 && wait <= bound);
      assertThat(waits).anyMatch(wait -> wait < bound / 4).anyMatch(wait -> wait > 3 * bound / 4);
    }
    assertThat(policy.wait(busy, 10, random)).isNull();
  }
}
