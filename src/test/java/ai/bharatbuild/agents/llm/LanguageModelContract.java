package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.ScriptedServer.Ending;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every adapter of a language model must do, over real sockets: with answers as {@link
 * LanguageModelContractAnswers} says, and when something goes wrong.
 */
abstract class LanguageModelContract extends LanguageModelContractAnswers {
  @Test
  void aRateLimitWithATimeIsWorthWaitingFor() {
    ModelException failure =
        failure(Answer.json(429, dialect.error(429, "slow down")).header("retry-after", "7"));

    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(failure.getMessage()).contains("slow down");
  }

  @Test
  void aRateLimitWithoutATimeIsNot() {
    ModelException failure = failure(Answer.json(429, dialect.error(429, "slow down")));

    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void aSpendingLimitIsNeverWaitedFor() {
    ModelException failure =
        failure(
            Answer.json(429, dialect.error(429, "enforced_spend_limit_reached"))
                .header("retry-after", "7"));

    assertThat(failure.kind()).isEqualTo(Kind.BILLING);
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void overloadAndFailuresOfTheServerAreWorthAnotherTry() {
    assertThat(failure(Answer.json(529, dialect.error(529, "busy"))))
        .returns(Kind.OVERLOADED, ModelException::kind)
        .returns(true, ModelException::retryable);
    assertThat(failure(Answer.json(500, dialect.error(500, "oops")).header("request-id", "r9")))
        .returns(Kind.SERVER_ERROR, ModelException::kind)
        .returns(true, ModelException::retryable)
        .returns("r9", ModelException::requestId);
    assertThat(failure(Answer.json(502, "<html>bad gateway</html>")))
        .returns(Kind.SERVER_ERROR, ModelException::kind);
    assertThat(failure(Answer.json(504, dialect.error(504, "late"))))
        .returns(Kind.TIMEOUT, ModelException::kind)
        .returns(true, ModelException::retryable);
    assertThat(failure(Answer.json(500, dialect.error(500, "x")).header("x-should-retry", "false")))
        .returns(false, ModelException::retryable);
  }

  @Test
  void whatIsWrongWithTheRequestIsNotTriedAgain() {
    assertThat(failure(Answer.json(400, dialect.error(400, "bad schema"))))
        .returns(Kind.INVALID_REQUEST, ModelException::kind)
        .returns(false, ModelException::retryable);
    assertThat(failure(Answer.json(413, dialect.error(413, "too big"))))
        .returns(Kind.TOO_LARGE, ModelException::kind)
        .returns(false, ModelException::retryable);
    assertThat(failure(Answer.json(402, dialect.error(402, "pay"))))
        .returns(Kind.BILLING, ModelException::kind)
        .returns(false, ModelException::retryable);
  }

  @Test
  void aWrongKeyIsSaidWithoutTheKey() {
    ModelException failure =
        failure(Answer.json(401, dialect.error(401, "the key " + KEY + " is wrong")));

    assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(failure.toString()).contains("[key] is wrong").doesNotContain(KEY);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleIsAFailureAfterWhatCame() {
    List<String> events =
        dialect.answer(List.of("one", "two"), List.of(), StopReason.END_TURN, USAGE);
    server.then(Answer.events(beforeEnd(events)).ending(Ending.HANG));
    StringBuilder seen = new StringBuilder();

    // It breaks once something came: what is on its way when a connection breaks may be lost.
    assertThatThrownBy(
            () ->
                await(
                    ModelAnswer.collect(
                        model.stream(request()),
                        event -> {
                          note(event, seen);
                          if (seen.length() > 0) {
                            server.drop();
                          }
                        })))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.DROPPED);
              assertThat(e.retryable()).isTrue();
            });
    assertThat(seen.toString()).startsWith("one");
  }

  @Test
  void anAnswerThatJustStopsIsNotComplete() {
    List<String> events = dialect.answer(List.of("one"), List.of(), StopReason.END_TURN, USAGE);

    assertThat(failure(Answer.events(beforeEnd(events))).kind()).isEqualTo(Kind.DROPPED);
    assertThat(failure(Answer.events(List.of())).kind()).isEqualTo(Kind.DROPPED);
  }

  /** The events up to the first text. */
  private List<String> beforeEnd(List<String> events) {
    int first = 0;
    while (!events.get(first).contains("one")) {
      first++;
    }
    return events.subList(0, first + 1);
  }

  private static void note(ModelEvent event, StringBuilder seen) {
    if (event instanceof ModelEvent.TextDelta delta) {
      seen.append(delta.text());
    }
  }

  @Test
  void nobodyThereIsAFailureWorthAnotherTry() {
    server.close();

    assertThat(failure(model, request()))
        .returns(Kind.DROPPED, ModelException::kind)
        .returns(true, ModelException::retryable);
  }

  @Test
  void cancellingClosesTheConnection() {
    List<String> events = beforeEnd(dialect.answer(List.of("one"), List.of(), null, USAGE));
    server.then(Answer.events(events).ending(Ending.HANG));
    ModelStream stream = model.stream(request());
    ModelEvent event = await(stream.next());
    while (!(event instanceof ModelEvent.TextDelta)) {
      event = await(stream.next());
    }
    var waiting = stream.next();

    stream.cancel();

    await(server.left());
    assertThatThrownBy(() -> await(waiting))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    assertThatThrownBy(() -> await(stream.next())).isInstanceOf(ModelException.class);
  }

  @Test
  void cancellingBeforeTheHeadClosesTheConnectionToo() {
    server.then(new Answer(0, Map.of(), List.of(), Ending.HANG));
    ModelStream stream = model.stream(request());
    await(server.arrived());

    stream.cancel();

    await(server.left());
  }

  @Test
  void silenceIsATimeoutThatClosesTheConnection() {
    LanguageModel impatient = model(Duration.ofMillis(300));
    server.then(new Answer(0, Map.of(), List.of(), Ending.HANG));

    assertThat(failure(impatient, request()))
        .returns(Kind.TIMEOUT, ModelException::kind)
        .returns(true, ModelException::retryable);
    await(server.left());
  }

  @Test
  void anAnswerAtItsLimitSaysSo() {
    server.then(
        Answer.events(dialect.answer(List.of("cut o"), List.of(), StopReason.MAX_TOKENS, USAGE)));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));

    assertThat(answer.reason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(answer.reason().truncated()).isTrue();
  }

  @Test
  void aCallThatTheLimitCutOffIsNoCall() {
    List<String> events =
        dialect.cutCall(new Dialect.Call("t1", "write_file", List.of("{\"text\":\"half a f")));
    Assumptions.assumeTrue(events != null, "calls come whole in this protocol");
    server.then(Answer.events(events));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));

    assertThat(answer.reason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(answer.calls()).isEmpty();
    assertThat(answer.truncatedCalls().getFirst().json()).isEqualTo("{\"text\":\"half a f");
  }

  @Test
  void whatIsNotTheProtocolIsAFailure() {
    assertThat(failure(Answer.events(List.of("data: {\"half\": \n\n"))).kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(failure(Answer.events(List.of("data: 7\n\n"))).kind()).isEqualTo(Kind.MALFORMED);
    assertThat(
            failure(
                    new Answer(
                        200,
                        Map.of("content-type", "text/html"),
                        List.of(Buffer.buffer("<html>hello</html>")),
                        Ending.END))
                .kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(failure(Answer.events(List.of("no events\nat all\n\n"))).kind())
        .isEqualTo(Kind.DROPPED);
  }

  @Test
  void aRefusalIsAReason() {
    server.then(Answer.events(dialect.refusal()));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));

    assertThat(answer.reason()).isEqualTo(StopReason.REFUSAL);
    assertThat(answer.reason().truncated()).isTrue();
  }

  @Test
  void anErrorMayComeAfterTheStatus200() {
    List<String> events =
        new ArrayList<>(beforeEnd(dialect.answer(List.of("one"), List.of(), null, USAGE)));
    events.add(dialect.errorEvent());

    ModelException failure = failure(Answer.events(events));

    assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void anEventWithoutEndIsNotKept() {
    Buffer noise = Buffer.buffer("data: " + "x".repeat(64 << 10));
    server.then(
        new Answer(
            200,
            Map.of("content-type", "text/event-stream"),
            List.of(noise.getBuffer(0, 6), noise.getBuffer(6, noise.length())),
            Ending.FLOOD));

    ModelException failure = failure(model, request());

    assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(failure.retryable()).isFalse();
    await(server.left());
  }

  @Test
  void aCallerThatDoesNotReadStopsTheServer() {
    List<String> events = dialect.answer(List.of("one"), List.of(), null, USAGE);
    List<String> begin = beforeEnd(events);
    String comment = ":" + "x".repeat(64 << 10) + "\n";
    List<Buffer> pieces = new ArrayList<>(begin.stream().map(Buffer::buffer).toList());
    pieces.add(Buffer.buffer(comment));
    server.then(new Answer(200, Map.of("content-type", "text/event-stream"), pieces, Ending.FLOOD));
    ModelStream stream = model.stream(request());
    await(stream.next());
    await(server.stalled());

    // Sockets' buffers take some megabytes; a reader without a bound would take them all for ever.
    assertThat(server.flooded()).isLessThan(64L << 20);
    stream.cancel();
    await(server.left());
  }
}
