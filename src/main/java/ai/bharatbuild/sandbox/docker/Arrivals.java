package ai.bharatbuild.sandbox.docker;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits for files to appear. All who wait share one watch service, because to end one takes the
 * kernel some 15 ms, and to end a single watch nothing. Thread-safe.
 */
final class Arrivals implements AutoCloseable {
  /** How late a file may be noticed when two wait in the same directory and one is done. */
  private static final long LONGEST_STEP = TimeUnit.MILLISECONDS.toNanos(100);

  private WatchService changes;

  /**
   * Blocks until the file is there.
   *
   * @return false when it is not there in time
   * @throws IOException when its directory cannot be watched
   */
  boolean await(Path file, Duration limit) throws IOException, InterruptedException {
    if (exists(file)) {
      return true;
    }
    long end = System.nanoTime() + limit.toNanos();
    WatchKey key = file.getParent().register(changes(), StandardWatchEventKinds.ENTRY_CREATE);
    try {
      return await(file, end);
    } finally {
      key.cancel();
    }
  }

  /** Whoever tells of a change needs the lock, so none is missed between a look and the wait. */
  private synchronized boolean await(Path file, long end) throws InterruptedException {
    while (!exists(file)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LONGEST_STEP));
    }
    return true;
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private synchronized WatchService changes() throws IOException {
    if (changes == null) {
      WatchService opened = FileSystems.getDefault().newWatchService();
      Thread.ofPlatform().daemon().name("agent-arrivals").start(() -> tell(opened));
      changes = opened;
    }
    return changes;
  }

  private void tell(WatchService opened) {
    try {
      while (true) {
        WatchKey key = opened.take();
        key.pollEvents();
        key.reset();
        synchronized (this) {
          notifyAll();
        }
      }
    } catch (ClosedWatchServiceException e) {
      // Nobody waits any more.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the watching; who still waits goes on looking. */
  @Override
  public synchronized void close() throws IOException {
    if (changes != null) {
      changes.close();
    }
  }
}
