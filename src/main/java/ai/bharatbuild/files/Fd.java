package ai.bharatbuild.files;

/** An open file descriptor of our own. Closing twice is harmless; not for sharing among threads. */
final class Fd implements AutoCloseable {
  private int number;

  Fd(int number) {
    this.number = number;
  }

  int number() {
    if (number < 0) {
      throw new IllegalStateException("closed");
    }
    return number;
  }

  @Override
  public void close() {
    if (number >= 0) {
      Linux.close(number);
      number = -1;
    }
  }
}
