package ai.bharatbuild.apikeys;

import ai.bharatbuild.db.Channels;
import io.vertx.core.Future;

/** Hears from the database when keys change on any server. */
final class KeyChanges implements Channels.Hearer {
  private final Channels channels;
  private final KeyCache cache;
  private Channels.Subscription subscription;
  private volatile boolean listening;

  KeyChanges(Channels channels, KeyCache cache) {
    this.channels = channels;
    this.cache = cache;
  }

  synchronized void start() {
    subscription = channels.listen("api_keys_changed", this);
  }

  /** Whether changes elsewhere are heard at once. */
  boolean listening() {
    return listening;
  }

  @Override
  public void begun() {
    // Whatever changed while nobody listened.
    cache.forgetAll();
    listening = true;
  }

  @Override
  public void lost() {
    listening = false;
  }

  @Override
  public void heard(String payload) {
    cache.forget(payload);
  }

  synchronized Future<Void> close() {
    return subscription == null ? Future.succeededFuture() : subscription.close();
  }
}
