package ai.bharatbuild.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void theLocalUserIsThereAndCannotSignIn() {
    Row row = database.query("select * from users").iterator().next();

    assertThat(row.getUUID("id"))
        .isEqualTo(UUID.fromString("00000000-0000-4000-8000-000000000001"));
    assertThat(row.getString("password_hash")).isNull();
  }

  @Test
  void migratingAgainChangesNothing() {
    Migrations.run(database.address());

    assertThat(database.query("select 1 from users").size()).isOne();
  }

  @Test
  void oneAddressHasOneAccountHoweverItIsWritten() {
    String insert = "insert into users (email, name, role) values ($1, 'A', 'developer')";
    database.query(insert, "someone@example.org");

    assertThatThrownBy(() -> database.query(insert, "SomeOne@Example.org"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .matches(e -> DatabaseFailures.isDuplicate(e, "users_email"));
  }

  @Test
  void aStudentWithoutDetailsCannotBeStored() {
    assertThatThrownBy(
            () ->
                database.query(
                    "insert into users (email, name, role) values ('s@x.org', 'S', 'student')"))
        .cause()
        .isInstanceOf(PgException.class)
        .hasMessageContaining("users_student_details");
  }
}
