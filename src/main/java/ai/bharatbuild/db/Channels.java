package ai.bharatbuild.db;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what is told over the database's channels ({@code LISTEN} and {@code NOTIFY}), over one
 * connection that all who listen share and that is none of the pool's. It is opened when somebody
 * first listens, asked for a sign of life every few seconds, and opened again after it was lost.
 * Thread-safe; hearers are called on one context of its own and must not block.
 */
public final class Channels {
  private static final Logger LOG = LoggerFactory.getLogger(Channels.class);
  private static final long RETRY_MS = 1_000;

  /** Several fit into the silence after which a connection is given up. */
  private static final long ALIVE_MS = 5_000;

  private final Vertx vertx;
  private final Pool pool;
  private final Context context;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private PgConnection connection;
  private boolean opening;
  private boolean closed;

  /** Who listens to a channel. */
  public interface Hearer {
    /** Listening has begun, for the first time or again: whatever was told before is missing. */
    void begun();

    /** Nothing is heard until {@link #begun} is called. */
    default void lost() {}

    void heard(String payload);
  }

  /** One hearer of one channel. */
  public final class Subscription {
    private final String channel;
    private final Hearer hearer;

    private Subscription(String channel, Hearer hearer) {
      this.channel = channel;
      this.hearer = hearer;
    }

    /** Ends it; nothing is told to the hearer once the future has succeeded. Never fails. */
    public Future<Void> close() {
      return Future.future(done -> context.runOnContext(v -> done.complete(leave(this))));
    }
  }

  Channels(Vertx vertx, Supplier<Future<SqlConnectOptions>> address) {
    this.vertx = vertx;
    this.pool = Connections.pool(vertx, 1, address);
    this.context = vertx.getOrCreateContext();
  }

  /**
   * @param channel a plain lower-case name
   */
  public Subscription listen(String channel, Hearer hearer) {
    Subscription made = new Subscription(channel, hearer);
    context.runOnContext(v -> join(made));
    return made;
  }

  private void join(Subscription one) {
    subscriptions.add(one);
    if (connection != null) {
      begin(one);
    } else if (!opening) {
      vertx.setPeriodic(ALIVE_MS, id -> ask(id));
      open();
    }
  }

  private Void leave(Subscription one) {
    subscriptions.remove(one);
    return null;
  }

  private void open() {
    opening = true;
    pool.getConnection()
        .onComplete(
            opened -> {
              opening = false;
              connection = PgConnection.cast(opened);
              PgConnection line = connection;
              line.closeHandler(v -> lost(line));
              line.notificationHandler(this::tell);
              subscriptions.forEach(this::begin);
            },
            e -> {
              LOG.debug("cannot listen to the database yet", e);
              openLater();
            });
  }

  private void openLater() {
    if (!closed) {
      opening = true;
      vertx.setTimer(RETRY_MS, id -> open());
    }
  }

  private void begin(Subscription one) {
    PgConnection line = connection;
    line.query("listen " + one.channel)
        .execute()
        .onComplete(
            v -> {
              if (line == connection && subscriptions.contains(one)) {
                one.hearer.begun();
              }
            },
            e -> {
              if (lost(line)) {
                line.close();
              }
            });
  }

  private void tell(PgNotification notice) {
    for (Subscription each : List.copyOf(subscriptions)) {
      if (each.channel.equals(notice.getChannel())) {
        each.hearer.heard(notice.getPayload());
      }
    }
  }

  /** A connection on which nothing is ever asked would not notice that nobody is there any more. */
  private void ask(long timer) {
    if (closed) {
      vertx.cancelTimer(timer);
    } else if (connection != null) {
      connection.query("select 1").execute();
    }
  }

  /** Whether it was the one in use. */
  private boolean lost(PgConnection line) {
    if (line != connection) {
      return false;
    }
    connection = null;
    List.copyOf(subscriptions).forEach(each -> each.hearer.lost());
    openLater();
    return true;
  }

  Future<Void> close() {
    return Future.<Void>future(
            done ->
                context.runOnContext(
                    v -> {
                      closed = true;
                      connection = null;
                      done.complete();
                    }))
        .eventually(pool::close);
  }
}
