package ai.bharatbuild.files;

/**
 * A file being received: its bytes gather in a private file that becomes visible whole or not at
 * all. Not for sharing among threads without a happens-before; closing it unpublished discards it.
 */
public final class Upload implements AutoCloseable {
  private static final int FILE_MODE = 0644;
  private final WorkspaceBase base;
  private final String name;
  private final Fd fd;
  private long size;
  private boolean published;

  private Upload(WorkspaceBase base, String name, Fd fd) {
    this.base = base;
    this.name = name;
    this.fd = fd;
  }

  /** Opens a private file on the workspaces' file system. */
  public static Upload begin(WorkspaceBase base) {
    String name = base.unique();
    int flags = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    int fd = Linux.open(base.temporary().number(), WorkspaceBase.bytes(name), flags, FILE_MODE);
    if (fd < 0) {
      throw FileFailure.of(fd, "making a temporary file");
    }
    return new Upload(base, name, new Fd(fd));
  }

  /**
   * Appends bytes.
   *
   * @throws FileFailure of kind NO_SPACE when the disk is full; the upload is to be closed then
   */
  public void append(byte[] bytes, int offset, int length) {
    int result = Linux.write(fd.number(), bytes, offset, length);
    if (result < 0) {
      throw FileFailure.of(result, "writing");
    }
    size += length;
  }

  /** Bytes received so far. */
  public long size() {
    return size;
  }

  String name() {
    return name;
  }

  Fd fd() {
    return fd;
  }

  /** The name is gone from the private directory: nothing is left to discard. */
  void published() {
    published = true;
  }

  @Override
  public void close() {
    fd.close();
    if (!published) {
      Linux.unlink(base.temporary().number(), WorkspaceBase.bytes(name), 0);
      published = true;
    }
  }
}
