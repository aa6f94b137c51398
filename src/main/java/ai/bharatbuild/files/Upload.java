package ai.bharatbuild.files;

/**
 * A file being received: its bytes gather in a private file that becomes visible whole or not at
 * all. Not for sharing among threads without a happens-before; closing it unpublished discards it.
 */
public final class Upload implements AutoCloseable {
  private static final int FILE_MODE = 0644;
  private static final byte[] HERE = {'.'};

  private final WorkspaceBase base;
  private Place place;

  /** The directory of the private file; closed with it where {@link #place} is a volume. */
  private Fd directory;

  private String name;
  private Fd fd;
  private long size;
  private boolean sealed;
  private boolean executable;
  private long modifiedNanos;
  private boolean published;

  private Upload(WorkspaceBase base, Place place, Fd directory) {
    this.base = base;
    this.place = place;
    this.directory = directory;
    this.name = base.unique();
    int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    int number = Linux.open(directory.number(), WorkspaceBase.bytes(name), flags, FILE_MODE);
    if (number < 0) {
      release(place, directory);
      throw place.failure(number, "making a temporary file");
    }
    this.fd = new Fd(number);
  }

  /**
   * Opens a private file on the workspaces' file system, whatever file system the one has that it
   * is to be published in.
   */
  public static Upload begin(WorkspaceBase base) {
    return new Upload(base, Place.NAMED, base.temporary());
  }

  /** Opens a private file on the mount of a workspace. */
  static Upload begin(WorkspaceBase base, Home home) {
    return new Upload(base, home.place(), directoryFor(home));
  }

  /** An upload lives longer than the home it was begun in is open. */
  private static Fd directoryFor(Home home) {
    return home.place().isVolume()
        ? Directories.open(home.temporary().number(), HERE)
        : home.temporary();
  }

  private static void release(Place place, Fd directory) {
    if (place.isVolume()) {
      directory.close();
    }
  }

  /**
   * Appends bytes.
   *
   * @throws FileFailure of kind NO_SPACE when the disk is full; the upload is to be closed then
   */
  public void append(byte[] bytes, int offset, int length) {
    int result = Linux.write(fd.number(), bytes, offset, length);
    if (result < 0) {
      throw place.failure(result, "writing");
    }
    size += length;
  }

  /**
   * Gives the received file its last attributes and lets go of its descriptor, so that many can
   * wait to be published. Nothing can be appended afterwards.
   *
   * @param executable whether everybody may execute it; a file it replaces has no say then
   * @param modifiedNanos time of its last change, nanoseconds since 1970
   */
  public void seal(boolean executable, long modifiedNanos) {
    this.executable = executable;
    this.modifiedNanos = modifiedNanos;
    base.owner().give(fd);
    check(Linux.chmod(fd.number(), executable ? FILE_MODE | 0111 : FILE_MODE));
    check(Linux.setTimes(fd.number(), modifiedNanos));
    fd.close();
    sealed = true;
  }

  private void check(int result) {
    if (result < 0) {
      throw place.failure(result, "setting attributes");
    }
  }

  boolean sealed() {
    return sealed;
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

  /**
   * Makes sure that the file lies on the mount of a home, from where it can be renamed into place:
   * the workspace may have got another home since the upload was begun.
   */
  void bringTo(Home home) {
    boolean sameMount = home.place().isVolume() ? place.equals(home.place()) : !place.isVolume();
    if (sameMount) {
      return;
    }
    try (Upload copy = begin(base, home);
        Fd from = sealed ? reopen() : null) {
      FileCopy.content(sealed ? from : fd, copy.fd);
      if (sealed) {
        copy.seal(executable, modifiedNanos);
      }
      swap(copy);
    }
  }

  private Fd reopen() {
    int flags = Linux.O_RDONLY | Linux.O_NOFOLLOW;
    int number = Linux.open(directory.number(), WorkspaceBase.bytes(name), flags, 0);
    if (number < 0) {
      throw place.failure(number, "opening a temporary file");
    }
    return new Fd(number);
  }

  /** Takes over the other's file, and leaves it this one's to discard. */
  private void swap(Upload other) {
    Place thisPlace = place;
    Fd thisDirectory = directory;
    String thisName = name;
    Fd thisFd = fd;
    place = other.place;
    directory = other.directory;
    name = other.name;
    fd = other.fd;
    other.place = thisPlace;
    other.directory = thisDirectory;
    other.name = thisName;
    other.fd = thisFd;
  }

  /** The name is gone from the private directory: nothing is left to discard. */
  void published() {
    published = true;
    release(place, directory);
  }

  @Override
  public void close() {
    fd.close();
    if (!published) {
      Linux.unlink(directory.number(), WorkspaceBase.bytes(name), 0);
      published();
    }
  }
}
