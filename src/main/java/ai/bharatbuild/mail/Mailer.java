package ai.bharatbuild.mail;

import io.vertx.core.Future;

/** Carries messages away. Safe on any thread; never blocks. */
public interface Mailer {
  /**
   * Completes when somebody else is responsible for the message. Fails with {@link
   * MailRefusedException} when trying again cannot help; after any other failure it may be tried
   * again, and a message may then arrive twice.
   */
  Future<Void> send(Mail mail);

  /** Lets go of connections; no message may follow. */
  Future<Void> close();
}
