package ai.bharatbuild.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One pass over a tree that its owner may be changing. Each directory is opened anew from the root,
 * so one handle at a time is open however deep the tree is, and a directory swapped for a link is
 * skipped. Order is arbitrary.
 */
public final class TreeWalk {
  /** Which directories to leave out. */
  @FunctionalInterface
  public interface Filter {
    /** Enters everything. */
    Filter ALL = (path, name, siblings) -> true;

    /**
     * @param path path of the directory from the workspace's root
     * @param siblings names beside it
     */
    boolean enter(String path, String name, Set<String> siblings);
  }

  /** Receives what is found. */
  @FunctionalInterface
  public interface Visitor {
    void visit(String path, FileStat stat);
  }

  /**
   * @param skipped names that no path of the API can hold, which were left out with all below them
   */
  public record Result(int skipped) {}

  private record Entry(String name, Directories.Name raw) {}

  private final int root;
  private final Filter filter;
  private final Visitor visitor;
  private final boolean shallow;
  private final Deque<String> pending = new ArrayDeque<>();
  private int skipped;

  /**
   * @param shallow whether to stay in the one directory
   */
  TreeWalk(int root, Filter filter, Visitor visitor, boolean shallow) {
    this.root = root;
    this.shallow = shallow;
    this.filter = filter;
    this.visitor = visitor;
  }

  /** Walks below a directory; one that does not exist has nothing below it. */
  Result run(WorkspacePath below) {
    pending.push(below.toString());
    while (!pending.isEmpty()) {
      String directory = pending.pop();
      try (Fd fd = Directories.openForReading(root, WorkspaceBase.bytes(directory))) {
        visitChildren(fd, directory.isEmpty() ? "" : directory + '/');
      } catch (FileFailure e) {
        boolean first = directory.equals(below.toString());
        if (e.kind() == FileFailure.Kind.IO || first && e.kind() == FileFailure.Kind.INVALID_PATH) {
          throw e;
        }
      }
    }
    return new Result(skipped);
  }

  private void visitChildren(Fd directory, String prefix) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Directories.Name raw : Directories.read(directory)) {
      String name = decode(raw.bytes());
      if (name == null || tooLong(prefix, name)) {
        skipped++;
      } else {
        entries.add(new Entry(name, raw));
        names.add(name);
      }
    }
    for (Entry entry : entries) {
      FileStat stat = Directories.stat(directory.number(), entry.raw().bytes());
      if (stat != null && !isReserved(prefix, entry.name())) {
        visitOne(prefix + entry.name(), entry.name(), stat, names);
      }
    }
  }

  private void visitOne(String path, String name, FileStat stat, Set<String> siblings) {
    if (!stat.isDirectory()) {
      visitor.visit(path, stat);
    } else if (filter.enter(path, name, siblings)) {
      visitor.visit(path, stat);
      if (!shallow) {
        pending.push(path);
      }
    }
  }

  private static boolean isReserved(String prefix, String name) {
    return prefix.isEmpty() && name.equals(WorkspacePath.RESERVED);
  }

  private static boolean tooLong(String prefix, String name) {
    int units = prefix.length() + name.length();
    return units > WorkspacePath.MAX_CODE_POINTS
        && (prefix + name).codePointCount(0, units) > WorkspacePath.MAX_CODE_POINTS;
  }

  private static String decode(byte[] name) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
      return WorkspacePath.isNameable(text) ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
