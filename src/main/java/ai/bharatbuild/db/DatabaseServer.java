package ai.bharatbuild.db;

/**
 * The PostgreSQL server that the data is on: one of somebody else's, or one that this process
 * starts itself. All methods block and are called one at a time.
 */
public interface DatabaseServer {
  /**
   * Makes it answer and says where. Called again after {@link #alive} said no.
   *
   * @throws IllegalStateException with words for the operator when it cannot be used
   */
  DatabaseAddress start();

  /** Whether it still runs as far as this process can tell without asking it. */
  boolean alive();

  /** Ends what {@link #start} began; harmless when there is nothing. */
  void stop();

  /** What health calls it, such as {@code embedded}; everybody may read it. */
  String name();

  /** One that somebody else runs. */
  static DatabaseServer external(DatabaseAddress address) {
    return new DatabaseServer() {
      @Override
      public DatabaseAddress start() {
        return address;
      }

      @Override
      public boolean alive() {
        return true;
      }

      @Override
      public void stop() {}

      @Override
      public String name() {
        return "external";
      }
    };
  }
}
