package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;
import java.time.Clock;
import java.util.Map;

/**
 * Prices every call and makes none that its budget may not bear. It stands between {@link Retrying}
 * and the adapter, so that each attempt is a call of its own.
 */
public final class Metered implements LanguageModel {
  /** A provider's own count is near enough to the truth for this to cover the rest. */
  private static final long COUNT_MARGIN_PERCENT = 3;

  private final LanguageModel model;
  private final Map<ModelRole, ModelEntry> models;
  private final Budget budget;
  private final Ledger ledger;
  private final String stage;
  private final Clock clock;

  /**
   * @param models the provider's rows of the table
   * @param stage what the calls are made for
   */
  public Metered(
      LanguageModel model,
      Map<ModelRole, ModelEntry> models,
      Budget budget,
      Ledger ledger,
      String stage,
      Clock clock) {
    this.model = model;
    this.models = Map.copyOf(models);
    this.budget = budget;
    this.ledger = ledger;
    this.stage = stage;
    this.clock = clock;
  }

  @Override
  public String provider() {
    return model.provider();
  }

  @Override
  public ModelStream stream(ModelRequest request) {
    ModelEntry entry = models.get(request.role());
    if (entry == null) {
      return new MeteredStream(
          this,
          null,
          request,
          Future.failedFuture(
              new ModelException(
                  ModelException.Kind.INVALID_REQUEST, "There is no price for this model.")),
          () -> {},
          null);
    }
    return hold(entry, request);
  }

  @Override
  public TokenCount countTokens(ModelRequest request) {
    return model.countTokens(request);
  }

  @Override
  public Future<Void> close() {
    return model.close();
  }

  /** The provider is asked only where the surest bound is too much for the budget. */
  private ModelStream hold(ModelEntry entry, ModelRequest request) {
    long most = TokenEstimate.most(request);
    long micros = micros(entry, request, most);
    if (budget.allows(micros, most + request.maxTokens())) {
      return stream(entry, request, held(micros, most + request.maxTokens()), () -> {});
    }
    TokenCount count = model.countTokens(request);
    Future<Budget.Hold> held =
        count
            .tokens()
            .map(tokens -> tokens + Math.ceilDiv(tokens * COUNT_MARGIN_PERCENT, 100) + 1)
            .recover(e -> uncounted(e, request))
            .compose(input -> held(micros(entry, request, input), input + request.maxTokens()));
    return stream(entry, request, held, count::cancel);
  }

  /** What is not counted is guessed; a call that was cancelled is not made. */
  private static Future<Long> uncounted(Throwable why, ModelRequest request) {
    return why instanceof ModelException known && known.kind() == ModelException.Kind.CANCELLED
        ? Future.failedFuture(why)
        : Future.succeededFuture(TokenEstimate.likely(request));
  }

  private ModelStream stream(
      ModelEntry entry, ModelRequest request, Future<Budget.Hold> held, Runnable letGo) {
    return new MeteredStream(this, entry, request, held, letGo, () -> model.stream(request));
  }

  private Future<Budget.Hold> held(long micros, long tokens) {
    try {
      return Future.succeededFuture(budget.hold(micros, tokens));
    } catch (ModelException e) {
      return Future.failedFuture(e);
    }
  }

  private static long micros(ModelEntry entry, ModelRequest request, long input) {
    return entry.prices().dearestInput(input) + entry.prices().output(request.maxTokens());
  }

  /** A call is over; the budget and the ledger learn what it cost. */
  void over(
      ModelEntry entry,
      Budget.Hold hold,
      Usage usage,
      boolean estimated,
      String requestId,
      long ms,
      String outcome) {
    long cost = entry.prices().cost(usage);
    hold.settle(cost, usage.total());
    ledger.add(
        new Ledger.Entry(
            clock.instant(),
            stage,
            provider(),
            entry.name(),
            usage,
            cost,
            estimated,
            requestId,
            ms,
            outcome));
  }
}
