package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The directory that holds all workspaces. What is being written or removed lives in a private
 * directory beside them on the same file system, where no sandbox can see or replace it; renames
 * move it in and out. All methods block; any thread may call them.
 */
public final class WorkspaceBase implements AutoCloseable {
  private static final String STATE = ".state";
  private static final List<String> PARTS =
      List.of("tmp", "trash", "moving", "prepared", "volumes");
  private static final int WORKSPACE_MODE = 0700;

  private final Path path;
  private final Ownership owner;
  private final Fd base;
  private final Fd temporary;
  private final Fd trash;
  private final Fd intents;
  private final Fd preparedDirectories;
  private final Places places;
  private final Volumes volumes;

  /** Volumes in whose trash there is something. */
  private final Set<Place> littered = ConcurrentHashMap.newKeySet();

  private final Occupation occupation;
  private final PreparedPlaces prepared;
  private final boolean plainFiles;
  private final AtomicLong counter = new AtomicLong();

  private WorkspaceBase(Path path, Ownership owner, long reserve, Fd base) {
    this.path = path;
    this.owner = owner;
    this.base = base;
    this.temporary = Directories.open(base.number(), bytes(STATE + "/tmp"));
    this.trash = Directories.open(base.number(), bytes(STATE + "/trash"));
    this.intents = Directories.open(base.number(), bytes(STATE + "/moving"));
    this.preparedDirectories = Directories.open(base.number(), bytes(STATE + "/prepared"));
    this.places = new Places(base, temporary, trash);
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
    try {
      prepare(path);
      Path state = path.resolve(STATE);
      makePrivate(state);
      for (String each : PARTS) {
        makePrivate(state.resolve(each));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be used as the jobs directory", e);
    }
    return new WorkspaceBase(path, owner, reserve, new Fd(trusted(path)));
  }

  private static void makePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static int trusted(Path path) {
    int fd = Linux.openTrusted(path.toString(), Linux.O_PATH | Linux.O_DIRECTORY);
    if (fd == -Linux.ENOSYS) {
      throw new IllegalStateException("This kernel lacks openat2; Linux 5.6 or newer is needed.");
    }
    if (fd < 0) {
      throw FileFailure.of(fd, "opening the jobs directory");
    }
    return fd;
  }

  private static void prepare(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
    }
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw new IllegalStateException(path + " is not a directory but a link or a file.");
    }
    Object uid = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!uid.equals(Linux.effectiveUser())) {
      throw new IllegalStateException(
          path + " belongs to another user; choose another directory by JOBS_BASE_PATH.");
    }
    requireOwn(path);
    Set<PosixFilePermission> open =
        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    if (found.permissions().stream().anyMatch(open::contains)) {
      throw new IllegalStateException(path + " can be written by other users; run chmod go-w.");
    }
  }

  /**
   * What has no workspace's record is swept, so a directory with other content must never be taken.
   */
  private static void requireOwn(Path path) throws IOException {
    if (Files.exists(path.resolve(STATE), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> content = Files.list(path)) {
      if (content.anyMatch(entry -> !entry.endsWith("lost+found"))) {
        throw new IllegalStateException(
            path + " holds files of something else; give JOBS_BASE_PATH an empty directory.");
      }
    }
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
    discard(base.number(), bytes(id), trash);
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
    discard(preparedDirectories.number(), bytes(place.token()), trash);
  }

  /** Takes away what lies in the temporary directory, be it a tree. */
  void discardTemporary(byte[] name) {
    if (Linux.unlink(temporary.number(), name, 0) == -Linux.EISDIR) {
      discard(temporary.number(), name, trash);
    }
  }

  boolean discard(int dir, byte[] name, Home home) {
    if (home.place().isVolume()) {
      littered.add(home.place());
    }
    return discard(dir, name, home.trash());
  }

  boolean discard(int dir, byte[] name, Fd trash) {
    int moved = toTrash(dir, name, trash);
    if (moved == -Linux.EACCES) {
      // Moving a directory rewrites its "..", which its owner may have forbidden.
      TreeRemover.unlock(dir, name);
      moved = toTrash(dir, name, trash);
    }
    if (moved < 0 && moved != -Linux.ENOENT) {
      throw FileFailure.of(moved, "removing a directory");
    }
    return moved == 0;
  }

  private int toTrash(int dir, byte[] name, Fd trash) {
    return Linux.rename(dir, name, trash.number(), bytes(unique()), Linux.RENAME_NOREPLACE);
  }

  /**
   * Frees the space of what was discarded. Several calls at once share the work. What cannot be
   * removed, such as a directory a live process keeps filling, is left to the next call.
   */
  public void emptyTrash() {
    new TreeRemover(trash.number(), this::unique).removeContent();
    for (Place volume : List.copyOf(littered)) {
      littered.remove(volume);
      empty(volume, "/trash");
    }
  }

  private void empty(Place volume, String part) {
    try (Fd fd = Home.openBeside(base, volume, part)) {
      new TreeRemover(fd.number(), this::unique).removeContent();
    } catch (FileFailure e) {
      // The volume is gone, or is not mounted: nothing of it can be removed one by one.
    }
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
      empty(volume, "/tmp");
      empty(volume, "/trash");
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
    trash.close();
    temporary.close();
    base.close();
  }
}
