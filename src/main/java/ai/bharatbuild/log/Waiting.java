package ai.bharatbuild.log;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * The readers that have everything and wait for more, in one group for each event loop: an append
 * costs one task for each loop, however many readers there are. Guarded by the view.
 */
final class Waiting {
  /** Readers woken in one go, before others on the loop get their turn. */
  private static final int TURN = 128;

  private final LogView guard;
  private final List<Group> groups = new ArrayList<>(2);

  Waiting(LogView guard) {
    this.guard = guard;
  }

  Group group(EventLoop loop) {
    for (Group group : groups) {
      if (group.loop == loop) {
        return group;
      }
    }
    Group group = new Group(guard, loop);
    groups.add(group);
    return group;
  }

  void arm(LogReader reader) {
    if (!reader.waiting) {
      reader.waiting = true;
      reader.group.armed = push(reader, reader.group.armed);
    }
  }

  void disarm(LogReader reader) {
    if (reader.waiting) {
      reader.group.remove(reader);
    }
  }

  void wake() {
    for (Group group : groups) {
      group.wake();
    }
  }

  private static LogReader push(LogReader reader, LogReader head) {
    reader.following = head;
    if (head != null) {
      head.preceding = reader;
    }
    return reader;
  }

  /** Takes the reader out of its list, and gives the head of a list that may be that one. */
  private static LogReader unlink(LogReader reader, LogReader head) {
    LogReader newHead = head == reader ? reader.following : head;
    if (reader.preceding != null) {
      reader.preceding.following = reader.following;
    }
    if (reader.following != null) {
      reader.following.preceding = reader.preceding;
    }
    reader.preceding = null;
    reader.following = null;
    return newHead;
  }

  /** The waiting readers of one event loop. They form lists through their own fields. */
  static final class Group implements Runnable {
    private final LogView guard;
    private final EventLoop loop;
    private LogReader armed;
    private LogReader due;
    private boolean again;
    private boolean scheduled;

    Group(LogView guard, EventLoop loop) {
      this.guard = guard;
      this.loop = loop;
    }

    private void wake() {
      if (armed == null) {
        return;
      }
      if (due == null) {
        due = armed;
        armed = null;
      } else {
        // Still busy with the readers of an earlier append; these get their turn after them.
        again = true;
      }
      if (!scheduled) {
        scheduled = true;
        loop.execute(this);
      }
    }

    private void remove(LogReader reader) {
      if (armed == reader) {
        armed = unlink(reader, armed);
      } else {
        due = unlink(reader, due);
      }
      reader.waiting = false;
    }

    @Override
    public void run() {
      List<LogReader> turn = new ArrayList<>();
      synchronized (guard) {
        while (due != null && turn.size() < TURN) {
          LogReader reader = due;
          due = unlink(reader, due);
          reader.waiting = false;
          turn.add(reader);
        }
        if (due == null && again) {
          again = false;
          due = armed;
          armed = null;
        }
        scheduled = due != null;
        if (scheduled) {
          loop.execute(this);
        }
      }
      turn.forEach(LogReader::wake);
    }
  }
}
