package ai.bharatbuild.accounts;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.http.Role;
import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstAdminTest {
  private static final String EMAIL = "boss@example.org";
  private static final Pattern PASSWORD =
      Pattern.compile("the password (\\S+) \\(told only now\\)");

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create();
  private final Users users = new Users(database.pool());
  private final Passwords passwords =
      new Passwords(vertx, 4, 2, LongPasswordStrategies.hashSha512(BCrypt.Version.VERSION_2A));
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    passwords.close();
    await(vertx.close());
    database.close();
  }

  private Future<Void> start(String email) {
    return FirstAdmin.ensure(users, passwords, email, told::add);
  }

  private long admins() {
    return database
        .query("select count(*) from users where role = 'admin' and email <> 'local@localhost'")
        .iterator()
        .next()
        .getLong(0);
  }

  @Test
  void theFirstStartMakesOneAndTellsItsPasswordAndTheSecondDoesNeither() {
    await(start(EMAIL));
    await(start("other@example.org"));

    assertThat(admins()).isOne();
    assertThat(told).hasSize(1).first().asString().contains(EMAIL);
    Matcher password = PASSWORD.matcher(told.getFirst());
    assertThat(password.find()).isTrue();
    Users.Stored made = await(users.byEmail(EMAIL));
    assertThat(made.account().role()).isEqualTo("admin");
    assertThat(made.account().emailVerified()).isTrue();
    assertThat(await(passwords.matches(password.group(1), made.passwordHash()))).isTrue();
    assertThat(made.passwordHash()).doesNotContain(password.group(1));
  }

  @Test
  void twoStartsAtOnceMakeOne() {
    Future<Void> one = start(EMAIL);
    Future<Void> other = start(EMAIL);
    await(Future.all(one, other));

    assertThat(admins()).isOne();
    assertThat(told).hasSize(1);
  }

  /** An address of somebody's must not make them an administrator, nor be passed over silently. */
  @Test
  void anAddressThatIsTakenStopsTheStartAndSaysWhy() {
    Registration somebody =
        new Registration(EMAIL, "", "Asha", Role.DEVELOPER, null, null, null, null, null);
    await(users.insert(somebody, null, true));

    assertThatThrownBy(() -> await(start(EMAIL.toUpperCase(java.util.Locale.ROOT))))
        .hasStackTraceContaining("ADMIN_EMAIL");
    assertThat(told).isEmpty();
    assertThat(await(users.byEmail(EMAIL)).account().role()).isEqualTo("developer");
    assertThat(admins()).isZero();
  }

  /** Where the last administrator was taken away behind the server's back, it makes another. */
  @Test
  void whoCannotSignInDoesNotCount() {
    await(start(EMAIL));
    database.query("update users set is_active = false where email = $1", EMAIL);

    await(start("second@example.org"));

    assertThat(told).hasSize(2);
    assertThat(await(users.byEmail("second@example.org")).account().role()).isEqualTo("admin");
  }
}
