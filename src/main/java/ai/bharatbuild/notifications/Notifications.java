package ai.bharatbuild.notifications;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The feeds of all users of this server. Those that nobody follows are forgotten, the longest
 * unused first, when there are too many; their readers are told of a gap when they come back.
 * Thread-safe.
 */
public final class Notifications {
  private final int most;
  private final Map<String, Feed> feeds = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param most feeds that are kept
   */
  public Notifications(int most) {
    this.most = most;
  }

  /** Tells a user of something. */
  public void tell(String owner, String type, Instant at, Map<String, Object> data) {
    feed(owner).add(type, at, data);
  }

  Feed feed(String owner) {
    synchronized (feeds) {
      Feed known = feeds.get(owner);
      if (known != null) {
        return known;
      }
      Feed feed = new Feed(Instant.now());
      feeds.put(owner, feed);
      forget(owner);
      return feed;
    }
  }

  private void forget(String except) {
    if (feeds.size() <= most) {
      return;
    }
    List<String> unused = new ArrayList<>();
    for (Map.Entry<String, Feed> entry : feeds.entrySet()) {
      if (!entry.getKey().equals(except) && !entry.getValue().followed()) {
        unused.add(entry.getKey());
        if (feeds.size() - unused.size() <= most) {
          break;
        }
      }
    }
    unused.forEach(feeds::remove);
  }
}
