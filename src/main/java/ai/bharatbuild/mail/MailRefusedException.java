package ai.bharatbuild.mail;

/** A message will never be taken, such as one to an address that does not exist. */
public final class MailRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MailRefusedException(String message) {
    super(message, null, false, false);
  }
}
