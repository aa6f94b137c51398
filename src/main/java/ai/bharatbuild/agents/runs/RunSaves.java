package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The state of a run that is worked on, in memory and on disk. Changes that come together are
 * written together. Safe on any thread.
 *
 * <p>What was changed is in the hands of the system when the call returns, so it survives this
 * server, however that ends. Whether it survives a loss of power is left to the system, as it is
 * for the files of the project, of which the state speaks: a state that is newer than they are
 * would be worth less than an old one. Only {@link #settle} waits for the disk.
 */
final class RunSaves {
  private final RunId id;
  private final RunRequest request;
  private final RunFiles files;
  private final RunLog log;

  /** Filled on event loops, which wait for nothing; emptied with the next change. */
  private final Queue<UnaryOperator<RunChange>> waiting = new ConcurrentLinkedQueue<>();

  /** Guarded by this, as is its number. */
  private RunState newest;

  private long number;

  private final ReentrantLock writing = new ReentrantLock();

  /** Numbers of states; guarded by {@link #writing}. */
  private long written;

  private long settled;

  private volatile RunState state;

  RunSaves(RunId id, RunFiles.Saved saved, RunFiles files, RunLog log) {
    this.id = id;
    this.request = saved.request();
    this.files = files;
    this.log = log;
    this.newest = saved.state();
    this.state = saved.state();
  }

  /** The newest that is on disk. */
  RunState state() {
    return state;
  }

  /** Changes the state with the next change that cannot wait; waits for nothing. */
  void later(UnaryOperator<RunChange> how) {
    waiting.add(how);
  }

  /** Puts on disk what was only to be changed later. */
  void catchUp() {
    if (!waiting.isEmpty()) {
      change(UnaryOperator.identity());
    }
  }

  /**
   * Changes the state and writes it. The events told so far are on disk before it, so that a run
   * which goes on after a restart has told what its state says.
   */
  RunState change(UnaryOperator<RunChange> how) {
    return change(how, false);
  }

  /** Changes the state as {@link #change} does, and has it survive a loss of power, too. */
  RunState settle(UnaryOperator<RunChange> how) {
    return change(how, true);
  }

  /** Notes that the end that the state says is among the events. */
  void told() throws IOException {
    writing.lock();
    try {
      files.save(id, new RunFiles.Saved(request, state, true), false);
    } finally {
      writing.unlock();
    }
  }

  private RunState change(UnaryOperator<RunChange> how, boolean forGood) {
    long mine = draft(how);
    writing.lock();
    try {
      // Whoever was writing may have taken this along.
      if (mine > (forGood ? settled : written)) {
        write(forGood);
      }
      return state;
    } finally {
      writing.unlock();
    }
  }

  private synchronized long draft(UnaryOperator<RunChange> how) {
    RunChange change = newest.change();
    for (var each = waiting.poll(); each != null; each = waiting.poll()) {
      change = each.apply(change);
    }
    newest = how.apply(change).build();
    return ++number;
  }

  private void write(boolean forGood) {
    RunState next;
    long reached;
    synchronized (this) {
      next = newest;
      reached = number;
    }
    Await.of(log.flush());
    try {
      files.save(id, new RunFiles.Saved(request, next), forGood);
    } catch (IOException e) {
      throw new UncheckedIOException("the state of the run cannot be kept", e);
    }
    state = next;
    written = reached;
    settled = forGood ? reached : settled;
  }
}
