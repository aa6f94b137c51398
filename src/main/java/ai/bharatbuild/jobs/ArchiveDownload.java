package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tree on its way out as a tar archive, made piece by piece as the client takes it. Links and
 * special files are left out, as everywhere; a file that is gone meanwhile is, too, and one that
 * shrinks while it is read breaks the archive off, so that nobody takes it for whole.
 */
final class ArchiveDownload implements BodyWriter.Source {
  private static final int READ_BYTES = 64 << 10;

  /** What compresses well takes long for a piece; others are to get their turn. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Workspace workspace;
  private final Iterator<Map.Entry<String, FileStat>> entries;
  private final int cut;
  private final BooleanSupplier moved;
  private final Lane lane;

  /** All below are touched in tasks of the lane only. */
  private final ByteBuffer input = ByteBuffer.allocate(READ_BYTES);

  private final Collected collected = new Collected();
  private final boolean gzip;
  private OutputStream out;
  private TarArchiveOutputStream tar;
  private OpenFile file;
  private long left;
  private boolean ended;
  private boolean closed;

  /**
   * @param workspace open; closed with this
   * @param below names in the archive are relative to it
   * @param moved whether the files have another place by now, so that some were not found
   */
  ArchiveDownload(
      Workspace workspace,
      Map<String, FileStat> entries,
      WorkspacePath below,
      boolean gzip,
      BooleanSupplier moved,
      Lane lane) {
    this.workspace = workspace;
    this.entries = entries.entrySet().iterator();
    this.cut = below.isRoot() ? 0 : below.toString().length() + 1;
    this.gzip = gzip;
    this.moved = moved;
    this.lane = lane;
  }

  @Override
  public Future<Buffer> next(int maxBytes) {
    return lane.run(
        () -> {
          if (closed) {
            throw new IOException("closed");
          }
          if (tar == null) {
            begin();
          }
          long until = System.nanoTime() + SLICE_NANOS;
          while (!ended && collected.size() < maxBytes && System.nanoTime() - until < 0) {
            step();
          }
          return collected.take();
        });
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void close() {
    lane.run(
        () -> {
          closed = true;
          if (file != null) {
            file.close();
          }
          workspace.close();
          if (out != null) {
            out.close();
          }
          return null;
        });
  }

  private void begin() throws IOException {
    out = gzip ? new GZIPOutputStream(collected, 8 << 10) : collected;
    tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  private void step() throws IOException {
    if (file != null) {
      copy();
    } else if (entries.hasNext()) {
      Map.Entry<String, FileStat> entry = entries.next();
      add(entry.getKey(), entry.getValue());
    } else if (moved.getAsBoolean()) {
      throw new IOException("the files moved to another place meanwhile");
    } else {
      tar.close();
      ended = true;
    }
  }

  private void add(String path, FileStat found) throws IOException {
    String name = path.substring(cut);
    if (found.isDirectory()) {
      TarArchiveEntry entry = new TarArchiveEntry(name + '/');
      describe(entry, found);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    } else if (found.isFile() && open(path)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(file.stat().size());
      describe(entry, file.stat());
      tar.putArchiveEntry(entry);
      left = file.stat().size();
      copy();
    }
  }

  private boolean open(String path) {
    try {
      file = workspace.open(WorkspacePath.parse(path));
      return true;
    } catch (FileFailure e) {
      if (e.kind() == FileFailure.Kind.IO) {
        throw e;
      }
      return false;
    }
  }

  /** Whole seconds: more would take a header of its own for every file. */
  private static void describe(TarArchiveEntry entry, FileStat stat) {
    entry.setMode(stat.mode() & 0777);
    entry.setIds(0, 0);
    entry.setUserName("");
    entry.setGroupName("");
    long seconds = Math.floorDiv(stat.modifiedNanos(), TimeUnit.SECONDS.toNanos(1));
    entry.setModTime(FileTime.from(Math.max(0, seconds), TimeUnit.SECONDS));
  }

  private void copy() throws IOException {
    if (left > 0) {
      input.clear().limit((int) Math.min(left, READ_BYTES));
      int read = file.channel().read(input);
      if (read <= 0) {
        throw new IOException("a file became shorter while it was read");
      }
      tar.write(input.array(), 0, read);
      left -= read;
    }
    if (left == 0) {
      tar.closeArchiveEntry();
      file.close();
      file = null;
    }
  }

  /** Gathers what was written until it is taken. */
  private static final class Collected extends OutputStream {
    private Buffer buffer = Buffer.buffer();

    @Override
    public void write(int b) {
      buffer.appendByte((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      buffer.appendBytes(bytes, offset, length);
    }

    int size() {
      return buffer.length();
    }

    Buffer take() {
      Buffer taken = buffer;
      buffer = Buffer.buffer();
      return taken;
    }
  }
}
