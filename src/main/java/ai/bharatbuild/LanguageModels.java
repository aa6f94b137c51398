package ai.bharatbuild;

import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelNames;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.ModelTable;
import ai.bharatbuild.agents.llm.anthropic.AnthropicProtocol;
import ai.bharatbuild.agents.llm.gemini.GeminiProtocol;
import ai.bharatbuild.agents.llm.openai.OpenAiProtocol;
import ai.bharatbuild.agents.llm.replay.RecordingTransport;
import ai.bharatbuild.agents.llm.replay.ReplayTransport;
import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.HttpTransport;
import ai.bharatbuild.agents.llm.wire.Protocol;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.Transport;
import ai.bharatbuild.agents.llm.wire.WireModel;
import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Chooses and makes the language model that is configured; a part of {@link Server}. */
final class LanguageModels {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String PACKAGED = "/models.json";

  private LanguageModels() {}

  /**
   * What was chosen.
   *
   * @param model without retries and prices, which are those of a run
   * @param models the provider's rows of the table
   */
  record Chosen(
      LanguageModel model, Map<ModelRole, ModelEntry> models, String currency, double rupees) {
    String told() {
      return model.provider()
          + " ("
          + models.values().stream().map(ModelEntry::name).collect(Collectors.joining(", "))
          + ")";
    }
  }

  /** Finds out what is configured and says so in health; empty where there is no key. */
  static Future<Optional<Chosen>> start(
      Vertx vertx, Settings.Models settings, Health health, Deque<Supplier<Future<?>>> undo) {
    return vertx
        .executeBlocking(() -> table(settings), false)
        .compose(table -> replay(vertx, settings).map(it -> choose(vertx, settings, table, it)))
        .map(
            chosen -> {
              chosen.ifPresent(it -> undo.push(it.model()::close));
              String told =
                  chosen
                      .map(it -> it.told() + (settings.replay() == null ? "" : ", a recording"))
                      .orElse(
                          "templates, which are no model; for one set ANTHROPIC_API_KEY,"
                              + " GEMINI_API_KEY or OPENAI_API_KEY");
              health.add("model", () -> Future.succeededFuture(Health.Check.ok(told)));
              return chosen;
            });
  }

  private static Future<Transport> replay(Vertx vertx, Settings.Models settings) {
    return settings.replay() == null
        ? Future.succeededFuture()
        : ReplayTransport.load(vertx, settings.replay())
            .<Transport>map(it -> it)
            .recover(
                e ->
                    Future.failedFuture(
                        new InvalidSettingException(
                            "The recording %s cannot be played: %s"
                                .formatted(settings.replay(), e.getMessage()))));
  }

  /**
   * @param replay what answers instead of the provider, or null
   */
  static Optional<Chosen> choose(
      Vertx vertx, Settings.Models settings, ModelTable table, Transport replay) {
    return switch (settings.provider()) {
      case NONE -> Optional.empty();
      case ANTHROPIC ->
          Optional.of(
              chosen(
                  vertx,
                  settings,
                  table,
                  replay,
                  AnthropicProtocol.NAME,
                  endpoint(settings, settings.anthropic(), AnthropicProtocol.KEY_HEADER, ""),
                  AnthropicProtocol::new));
      case GEMINI ->
          Optional.of(
              chosen(
                  vertx,
                  settings,
                  table,
                  replay,
                  GeminiProtocol.NAME,
                  endpoint(settings, settings.gemini(), GeminiProtocol.KEY_HEADER, ""),
                  GeminiProtocol::new));
      case OPENAI ->
          Optional.of(
              chosen(
                  vertx,
                  settings,
                  table,
                  replay,
                  OpenAiProtocol.NAME,
                  endpoint(
                      settings,
                      settings.openai(),
                      OpenAiProtocol.KEY_HEADER,
                      OpenAiProtocol.KEY_PREFIX),
                  names -> new OpenAiProtocol(names, settings.openai().original())));
    };
  }

  private static Chosen chosen(
      Vertx vertx,
      Settings.Models settings,
      ModelTable table,
      Transport replay,
      String provider,
      Endpoint endpoint,
      Function<ModelNames, Protocol> protocol) {
    Map<ModelRole, ModelEntry> models = table.of(provider);
    if (models.size() < ModelRole.values().length) {
      throw new InvalidSettingException(
          "The table of models needs a large and a small model of " + provider + ".");
    }
    ModelNames names =
        new ModelNames(
            models.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().name())));
    Transport transport = replay == null ? new HttpTransport(vertx, endpoint) : replay;
    if (settings.recordings() != null) {
      // Each start of the server is a recording of its own.
      transport =
          new RecordingTransport(
              vertx,
              transport,
              settings.recordings().resolve(UUID.randomUUID().toString()),
              endpoint.key());
    }
    return new Chosen(
        new WireModel(vertx, protocol.apply(names), transport, endpoint.key()),
        models,
        table.currency(),
        table.rupees());
  }

  private static Endpoint endpoint(
      Settings.Models settings, Settings.Models.Remote remote, String header, String prefix) {
    return new Endpoint(
        remote.base(),
        header,
        prefix,
        new Secret(remote.key()),
        CONNECT,
        settings.silence(),
        settings.total());
  }

  static ModelTable table(Settings.Models settings) {
    try {
      return ModelTable.parse(
          settings.table() == null ? packaged() : Files.readString(settings.table()));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(
          "The table of models %s cannot be used: %s"
              .formatted(settings.table() == null ? PACKAGED : settings.table(), e.getMessage()));
    }
  }

  private static String packaged() {
    try (InputStream in = LanguageModels.class.getResourceAsStream(PACKAGED)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
