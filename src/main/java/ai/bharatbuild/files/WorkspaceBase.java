package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The directory that holds all workspaces. What is being written or removed lives in a private
 * directory beside them on the same file system, where no sandbox can see or replace it; renames
 * move it in and out. All methods block; any thread may call them.
 */
public final class WorkspaceBase implements AutoCloseable {
  private static final String STATE = BaseDirectory.STATE;
  private static final int WORKSPACE_MODE = 0700;

  private final Path path;
  private final Ownership owner;
  private final Fd base;
  private final Fd temporary;
  private final Fd trashDirectory;
  private final Fd intents;
  private final Fd preparedDirectories;
  private final Places places;
  private final Volumes volumes;
  private final Trash trash;
  private final Occupation occupation;
  private final PreparedPlaces prepared;
  private final boolean plainFiles;
  private final AtomicLong counter = new AtomicLong();

  private WorkspaceBase(Path path, Ownership owner, long reserve, Fd base) {
    this.path = path;
    this.owner = owner;
    this.base = base;
    this.temporary = Directories.open(base.number(), bytes(STATE + "/tmp"));
    this.trashDirectory = Directories.open(base.number(), bytes(STATE + "/trash"));
    this.intents = Directories.open(base.number(), bytes(STATE + "/moving"));
    this.preparedDirectories = Directories.open(base.number(), bytes(STATE + "/prepared"));
    this.places = new Places(base, temporary, trashDirectory);
    this.trash = new Trash(base, trashDirectory, this::unique);
    this.volumes = new Volumes(path.resolve(STATE).resolve("volumes"), owner, reserve);
    this.occupation = new Occupation(this, places, volumes, intents);
    this.prepared = new PreparedPlaces(this, places, volumes, preparedDirectories);
    this.plainFiles = probe();
  }

  /**
   * Makes the directory where it is missing and checks that nobody else can meddle with it.
   *
   * @throws IllegalStateException with words for the operator when it cannot be used
   */
  public static WorkspaceBase open(Path path, Ownership owner) {
    return open(path, owner, 0);
  }

  /**
   * @param reserve bytes that stay free on the disk when space is reserved for a workspace
   */
  public static WorkspaceBase open(Path path, Ownership owner, long reserve) {
    return new WorkspaceBase(path, owner, reserve, BaseDirectory.open(path));
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  /**
   * Room on the file system that holds all this.
   *
   * @param free bytes that this server can still write
   * @param total bytes of the whole file system
   */
  public record Room(long free, long total) {}

  /** Asks the file system, which may take as long as its disk does. */
  public Room room() {
    return new Room(path.toFile().getUsableSpace(), path.toFile().getTotalSpace());
  }

  /**
   * The directory of a workspace's files, to be given to the sandbox engine; it stays the same
   * until the workspace is given another place.
   *
   * @throws FileFailure of kind NOT_FOUND when there is no such workspace
   */
  public Path pathOf(String id) {
    return places.of(id).below(path, id);
  }

  /** Whether a workspace's files are on a file system of their own. */
  public boolean hasVolume(String id) {
    Place place = places.linked(id);
    return place != null && place.isVolume();
  }

  /** The file systems that workspaces have of their own. */
  public Volumes volumes() {
    return volumes;
  }

  /** Whether a workspace is on a volume for just so many bytes. */
  public boolean hasVolume(String id, long limit) {
    return hasVolume(id) && places.linked(id).limit() == limit;
  }

  /** How workspaces can be held to their limits here; tries it out. */
  public DiskLimits diskLimits(String asked) {
    return DiskLimits.choose(asked, this, volumes);
  }

  /** Places that wait for workspaces. */
  public PreparedPlaces prepared() {
    return prepared;
  }

  /**
   * Moves a workspace's files to a prepared place, whose inode and path it has from then on.
   * Nothing else may change the workspace meanwhile.
   *
   * @param moving called before the first file moves: a reader may miss files from then until this
   *     returns
   * @throws FileFailure of kind NOT_FOUND when one of both is not there, NO_SPACE when the files do
   *     not fit; both are as they were then
   */
  public void occupy(String id, String token, Runnable moving) {
    Place place = Place.ofToken(token);
    occupation.run(id, place, moving);
    prepared.given(place);
  }

  /** A private directory of the server's own, on the same file system, made where missing. */
  public Path state(String name) {
    try {
      return Files.createDirectories(path.resolve(STATE).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new name for a file of the server's own that is swept at the next start if left behind. */
  public Path temporaryPath() {
    return path.resolve(STATE).resolve("tmp").resolve(unique());
  }

  /** Opens a file of the server's own, which nobody else can replace; null where there is none. */
  public OpenFile openOwn(Path file) {
    int number = Linux.openTrusted(file.toString(), Linux.O_RDONLY | Linux.O_NOFOLLOW);
    if (number == -Linux.ENOENT) {
      return null;
    }
    if (number < 0) {
      throw FileFailure.of(number, "opening a file");
    }
    try (Fd fd = new Fd(number)) {
      return OpenFile.of(fd, Directories.stat(fd));
    }
  }

  /**
   * Makes an empty workspace.
   *
   * @throws FileFailure of kind EXISTS when there is one
   */
  public void create(String id) {
    makeOwned(base, id, owner);
  }

  static void makeOwned(Fd parent, String name, Ownership owner) {
    int made = Linux.mkdir(parent.number(), bytes(name), WORKSPACE_MODE);
    if (made < 0) {
      throw FileFailure.of(made, "making a workspace");
    }
    try (Fd fd = Directories.openForReading(parent.number(), bytes(name))) {
      owner.give(fd);
      Linux.chmod(fd.number(), WORKSPACE_MODE);
    }
  }

  public boolean exists(String id) {
    try {
      Place place = places.linked(id);
      if (place != null && place.isVolume()) {
        return volumes.exists(place);
      }
      places.home(id).close();
      return true;
    } catch (FileFailure e) {
      return false;
    }
  }

  /**
   * Opens a workspace; the caller closes it.
   *
   * @throws FileFailure of kind NOT_FOUND when there is none
   */
  public Workspace workspace(String id) {
    return new Workspace(this, places.home(id));
  }

  /**
   * Takes a workspace away at once, leaving its files to {@link #emptyTrash}. Does nothing when
   * there is none.
   */
  public void discard(String id) {
    Place place = places.linked(id);
    trash.take(base.number(), bytes(id));
    if (place != null) {
      discard(place);
    }
  }

  /** Takes away a place that no workspace has any more. */
  void discard(Place place) {
    if (place.isVolume()) {
      volumes.discard(place);
      return;
    }
    trash.take(preparedDirectories.number(), bytes(place.token()));
  }

  /** Takes away what lies in the temporary directory, be it a tree. */
  void discardTemporary(byte[] name) {
    if (Linux.unlink(temporary.number(), name, 0) == -Linux.EISDIR) {
      trash.take(temporary.number(), name);
    }
  }

  Trash trash() {
    return trash;
  }

  /**
   * Frees the space of what was discarded. Several calls at once share the work. What cannot be
   * removed, such as a directory a live process keeps filling, is left to the next call.
   */
  public void emptyTrash() {
    trash.empty();
  }

  /**
   * Puts right what a server that was killed left half done. To be called before anything is read
   * or written.
   */
  public void recover() {
    Set<Place> occupied = places.occupied();
    occupied.removeIf(place -> !place.isVolume());
    for (Place volume : occupied) {
      if (volumes.exists(volume) && !volumes.attach(volume) && Linux.effectiveUser() != 0) {
        throw new IllegalStateException(
            path + " holds workspaces on volumes, which only a server that is root can mount.");
      }
    }
    occupation.recover();
    new TreeRemover(temporary.number(), this::unique).removeContent();
    for (Place volume : occupied) {
      trash.clear(volume, "/tmp");
      trash.clear(volume, "/trash");
    }
  }

  /** Whether the process's umask leaves new files the mode they are to have, as it mostly does. */
  boolean makesPlainFiles() {
    return plainFiles;
  }

  private boolean probe() {
    try (Upload upload = Upload.begin(this)) {
      return Directories.stat(upload.fd()).mode() == 0644;
    }
  }

  Ownership owner() {
    return owner;
  }

  Fd temporary() {
    return temporary;
  }

  /** Unique in this process, and across restarts by the time. */
  String unique() {
    return Long.toHexString(System.nanoTime()) + '-' + Long.toHexString(counter.incrementAndGet());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    preparedDirectories.close();
    intents.close();
    trashDirectory.close();
    temporary.close();
    base.close();
  }
}
