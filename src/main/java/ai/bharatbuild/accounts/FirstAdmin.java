package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Role;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** The first administrator, without whom nobody could make another. */
final class FirstAdmin {
  private FirstAdmin() {}

  /**
   * Makes an administrator where nobody can sign in as one.
   *
   * @param tell gets what the operator has to know, once; the password is kept nowhere
   */
  static Future<Void> ensure(
      Users users, Passwords passwords, String email, Consumer<String> tell) {
    return users
        .haveAdmin()
        .compose(have -> have ? Future.succeededFuture() : make(users, passwords, email, tell));
  }

  private static Future<Void> make(
      Users users, Passwords passwords, String email, Consumer<String> tell) {
    String password = Secrets.fresh().substring(0, 20) + "-Aa1";
    Registration admin =
        new Registration(
            email, password, "Administrator", Role.ADMIN, null, null, null, null, null);
    return passwords
        .hash(password)
        .compose(hash -> users.insert(admin, hash, true))
        .onSuccess(
            made ->
                tell.accept(
                    "First start: sign in as %s with the password %s (told only now) and change it."
                        .formatted(email, password)))
        // Another server of the same database was first, or the address is somebody's already.
        .recover(
            e ->
                users
                    .haveAdmin()
                    .compose(
                        have ->
                            have
                                ? Future.succeededFuture()
                                : Future.failedFuture(
                                    new IllegalStateException(
                                        "There is no administrator and none can be made as "
                                            + email
                                            + " ("
                                            + e.getMessage()
                                            + "); set ADMIN_EMAIL to another address.",
                                        e))))
        .mapEmpty();
  }
}
