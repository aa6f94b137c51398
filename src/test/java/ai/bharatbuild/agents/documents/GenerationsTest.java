package ai.bharatbuild.agents.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.documents.Journal.Event;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationsTest {
  private static final Event END = new Event(GenerationLog.END, Map.of("made", 1));

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    TestDatabase.await(vertx.close());
  }

  private Generations generations() {
    return new Generations(vertx, new DocumentParts(null, null, null), root);
  }

  /** One that an earlier server made. */
  private UUID over(UUID account) {
    UUID id = UUID.randomUUID();
    try (Journal journal = new Journals(root).open(id.toString())) {
      journal.begin(
          new GenerationRequest(
              id.toString(),
              UUID.randomUUID(),
              account,
              null,
              "local",
              Wanted.all(),
              Samples.AT,
              1,
              1));
      journal.add(END);
    }
    return id;
  }

  @Test
  void onlyWhoAskedFollows() {
    UUID account = UUID.randomUUID();
    UUID id = over(account);
    assertThat(TestDatabase.await(generations().follow(id, account))).isNotNull();
    assertThatThrownBy(() -> TestDatabase.await(generations().follow(id, UUID.randomUUID())))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ApiException.class)
        .hasMessageContaining("not_found");
  }

  @Test
  void whatTellsOfAnAccountGoesWithIt() throws IOException {
    UUID account = UUID.randomUUID();
    UUID mine = over(account);
    UUID other = over(UUID.randomUUID());
    TestDatabase.await(generations().forget(account));
    Journals left = new Journals(root);
    assertThat(left.read(mine.toString())).isNull();
    assertThat(left.read(other.toString())).isNotNull();
  }

  @Test
  void eventsAreKeptForADay() throws IOException {
    UUID id = over(UUID.randomUUID());
    TestDatabase.await(generations().sweep(Instant.now().plus(Duration.ofHours(23))));
    assertThat(new Journals(root).all(past -> true)).hasSize(1);
    TestDatabase.await(generations().sweep(Instant.now().plus(Duration.ofHours(25))));
    assertThat(new Journals(root).read(id.toString())).isNull();
    assertThat(List.of(root.toFile().list())).isEmpty();
  }
}
