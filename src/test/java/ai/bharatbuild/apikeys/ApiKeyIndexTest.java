package ai.bharatbuild.apikeys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every call with a key asks is found by an index. */
class ApiKeyIndexTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aKeyIsFoundByItsHash() {
    assertThat(Explained.plan(database, ApiKeyStore.FIND, Buffer.buffer(new byte[32])))
        .contains("api_keys_key_hash_key", "users_pkey");
  }
}
