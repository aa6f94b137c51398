package ai.bharatbuild.mail;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages at once and sends them when it can, so that no call waits for a mail server or
 * fails with it. Messages wait in memory only: they hold what resets a password, of which the
 * database knows nothing but digests. What a server that ends has not sent is lost, and whoever
 * waits for it asks again. Safe on any thread.
 */
public final class MailQueue {
  private static final Logger LOG = LoggerFactory.getLogger(MailQueue.class);

  /**
   * @param capacity messages that may wait; more are dropped
   * @param concurrency messages that are under way at once
   * @param attempts how often one is tried
   * @param firstPause time before the second attempt; each later one is four times as long
   * @param closing how long an ending server goes on sending
   */
  public record Limits(
      int capacity, int concurrency, int attempts, Duration firstPause, Duration closing) {
    /** Tries for about six minutes. */
    public static final Limits DEFAULT =
        new Limits(1_000, 4, 5, Duration.ofSeconds(4), Duration.ofSeconds(5));
  }

  private record Waiting(Mail mail, int attempt) {}

  private final Vertx vertx;
  private final Mailer mailer;
  private final Limits limits;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Promise<Void> empty = Promise.promise();
  private final Counter sent;
  private final Counter lost;
  private int held;
  private int underWay;
  private boolean closing;

  public MailQueue(Vertx vertx, Mailer mailer, Limits limits, MeterRegistry registry) {
    this.vertx = vertx;
    this.mailer = mailer;
    this.limits = limits;
    this.sent = registry.counter("mails_sent");
    this.lost = registry.counter("mails_lost");
  }

  /** Takes a message; does nothing but note that when too many wait already. */
  public void post(Mail mail) {
    synchronized (this) {
      if (closing || held >= limits.capacity()) {
        lose(mail, closing ? "the server is ending" : "too many messages wait");
        return;
      }
      held++;
      waiting.add(new Waiting(mail, 1));
    }
    sendNext();
  }

  /** Messages that are not sent yet. */
  public synchronized int held() {
    return held;
  }

  /** Sends what waits, as far as that is quick, and lets go of the mailer. */
  public Future<Void> close() {
    synchronized (this) {
      closing = true;
      if (held == 0) {
        empty.tryComplete();
      }
    }
    long timer = vertx.setTimer(limits.closing().toMillis(), id -> empty.tryComplete());
    return empty
        .future()
        .onComplete(v -> vertx.cancelTimer(timer))
        .onComplete(v -> tellLeft())
        .eventually(mailer::close);
  }

  private void tellLeft() {
    if (held() > 0) {
      LOG.warn("{} e-mails were not sent before the server ended", held());
    }
  }

  private void sendNext() {
    while (true) {
      Waiting next;
      synchronized (this) {
        next = underWay < limits.concurrency() ? waiting.poll() : null;
        if (next == null) {
          return;
        }
        underWay++;
      }
      attempt(next);
    }
  }

  private void attempt(Waiting next) {
    Future.succeededFuture()
        .compose(v -> mailer.send(next.mail()))
        .onComplete(
            v -> {
              sent.increment();
              done(true);
            },
            e -> failed(next, e));
  }

  private void failed(Waiting tried, Throwable cause) {
    boolean again = !(cause instanceof MailRefusedException) && tried.attempt() < limits.attempts();
    if (!again) {
      lose(tried.mail(), cause.getMessage());
      done(true);
      return;
    }
    LOG.debug("{} not sent yet: {}", tried.mail(), cause.getMessage());
    long pause = limits.firstPause().toMillis() << 2 * (tried.attempt() - 1);
    vertx.setTimer(Math.max(1, pause), id -> retry(tried));
    done(false);
  }

  private void retry(Waiting tried) {
    synchronized (this) {
      waiting.add(new Waiting(tried.mail(), tried.attempt() + 1));
    }
    sendNext();
  }

  private void done(boolean forGood) {
    synchronized (this) {
      underWay--;
      held -= forGood ? 1 : 0;
      if (closing && held == 0) {
        empty.tryComplete();
      }
    }
    sendNext();
  }

  /** Tells neither the address nor the text. */
  private void lose(Mail mail, String why) {
    lost.increment();
    LOG.warn("{} is lost: {}", mail, why);
  }
}
