package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File systems of a fixed size, for one workspace each: ext4 in an image file whose space is
 * reserved when it is made, mounted through a loop device. Whoever fills one up gets ENOSPC, and
 * the server's disk never notices. Only the part of it that holds the files is ever shown to a
 * sandbox, and nobody but the server writes the image. Mounts outlive the server. Methods block;
 * any thread may call them, but only one for the same volume.
 */
public final class Volumes {
  private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);
  private static final String IMAGE = ".img";
  private static final int QUICK_SECONDS = 60;

  /** What a fresh image must not be asked to do: its space is reserved, and reads as zeros. */
  private static final List<String> FRESH =
      List.of(
          "nodiscard,assume_storage_prezeroed=1",
          // Before e2fsprogs 1.47.
          "nodiscard,lazy_itable_init=1,lazy_journal_init=1");

  /** All that Linux 5.6 knows, whatever the machine's own defaults are. */
  private static final String FEATURES =
      "none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,"
          + "huge_file,dir_nlink,extra_isize,metadata_csum";

  private final Path directory;
  private final Ownership owner;
  private final long reserve;
  private final Set<Place> discarded = ConcurrentHashMap.newKeySet();
  private final VolumeTemplates templates = new VolumeTemplates();
  private volatile String fresh = FRESH.getFirst();

  /**
   * @param directory the server's own, for images and their mounts
   * @param reserve bytes that stay free on the server's disk
   */
  Volumes(Path directory, Ownership owner, long reserve) {
    this.directory = directory;
    this.owner = owner;
    this.reserve = reserve;
  }

  private Path image(Place volume) {
    return directory.resolve(volume.token() + IMAGE);
  }

  private Path mount(Place volume) {
    return directory.resolve(volume.token());
  }

  /**
   * Why there can be no volumes here, fit for an operator; null where one was made and taken away
   * again to see.
   */
  String obstacle() {
    if (Linux.effectiveUser() != 0) {
      return "the server is not root";
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      return "this system has no loop devices";
    }
    if (!Commands.exists("mkfs.ext4")) {
      return "mkfs.ext4 is missing; install e2fsprogs";
    }
    return FRESH.stream().anyMatch(this::works) ? null : "mounting an image failed; see the log";
  }

  private boolean works(String options) {
    fresh = options;
    Place probe = Place.newVolume(1);
    try {
      make(probe, 0);
      return true;
    } catch (FileFailure e) {
      if (e.kind() == FileFailure.Kind.NO_SPACE) {
        // No reason to do without limits: whoever asks for a volume is told.
        return true;
      }
      LOG.warn("no volume could be made with {}: {}", options, e.getMessage());
      return false;
    } finally {
      destroy(probe);
    }
  }

  /**
   * Makes and mounts a volume. What fails is taken away again.
   *
   * @throws FileFailure of kind NO_SPACE when the server's disk would have less than the reserve
   */
  void make(Place volume) {
    make(volume, reserve);
  }

  private void make(Place volume, long spare) {
    VolumeSize size = VolumeSize.of(volume.limit());
    try {
      try (Fd image = reserve(image(volume), size.bytes(), spare)) {
        format(image, image(volume), size);
      }
      Files.createDirectory(mount(volume));
      mountImage(volume);
      furnish(volume);
    } catch (IOException e) {
      destroy(volume);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      destroy(volume);
      throw e;
    }
  }

  /** One after another, so that together they cannot take what each alone would leave. */
  private synchronized Fd reserve(Path image, long bytes, long spare) throws IOException {
    if (directory.toFile().getUsableSpace() - bytes < spare) {
      throw new FileFailure(
          FileFailure.Kind.NO_SPACE,
          "The server's disk has no room for another %d MB; delete containers or jobs, or ask for a"
                  .formatted(bytes >> 20)
              + " smaller disk_limit.");
    }
    Files.createFile(
        image, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Fd fd = new Fd(Linux.openTrusted(image.toString(), Linux.O_RDWR | Linux.O_NOFOLLOW));
    int reserved = LinuxPlaces.allocate(fd.number(), bytes);
    if (reserved < 0) {
      fd.close();
      throw FileFailure.of(reserved, "reserving space");
    }
    return fd;
  }

  private void format(Fd open, Path image, VolumeSize size) {
    String options = fresh;
    if (!templates.write(open, size, options)) {
      format(image, size, options);
      templates.keep(open, size, options);
    }
  }

  private static void format(Path image, VolumeSize size, String options) {
    run(
        "mkfs.ext4",
        List.of(
            List.of("-q", "-F", "-m", "0", "-b", Integer.toString(VolumeSize.BLOCK)),
            List.of("-I", Integer.toString(VolumeSize.INODE_BYTES)),
            List.of("-N", Long.toString(size.inodes())),
            List.of("-J", "size=" + VolumeSize.JOURNAL_MB),
            List.of("-O", FEATURES, "-E", options, image.toString())));
  }

  private void mountImage(Place volume) {
    done(LinuxMounts.mountImage(image(volume), mount(volume)), "mounting");
  }

  /** Whatever the error, it is none of what the caller asked for. */
  private static void done(int result, String action) {
    if (result < 0) {
      throw new FileFailure(
          FileFailure.Kind.IO, action + " a volume failed with error number " + -result);
    }
  }

  private static void run(String program, List<List<String>> arguments) {
    String[] words = arguments.stream().flatMap(List::stream).toArray(String[]::new);
    Commands.Result result = Commands.run(QUICK_SECONDS, program, words);
    if (!result.succeeded()) {
      throw new FileFailure(
          FileFailure.Kind.IO, program + " ended with " + result.code() + ": " + result.words());
    }
  }

  private void furnish(Place volume) {
    try (Fd top = own(mount(volume))) {
      for (String part : List.of("tmp", "trash")) {
        Linux.mkdir(top.number(), WorkspaceBase.bytes(part), 0700);
      }
      // Last, since its being there says that the volume is whole.
      WorkspaceBase.makeOwned(top, "ws", owner);
    }
  }

  private static Fd own(Path path) {
    int fd = Linux.openTrusted(path.toString(), Linux.O_PATH | Linux.O_DIRECTORY);
    if (fd < 0) {
      throw FileFailure.of(fd, "opening a volume");
    }
    return new Fd(fd);
  }

  /** Whether there is such a volume, mounted or not. */
  boolean exists(Place volume) {
    return Files.isRegularFile(image(volume), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Mounts a volume that is not mounted, as after the machine was started anew; then it is checked
   * first, and what was being received or removed in it is cleared away.
   *
   * @return whether it can be used
   */
  boolean attach(Place volume) {
    if (!exists(volume)) {
      return false;
    }
    try {
      if (!isMounted(volume)) {
        Files.createDirectories(mount(volume));
        if (!mountAttached(volume)) {
          VolumeCheck.run(image(volume));
          mountImage(volume);
        }
      }
      return Files.isDirectory(mount(volume).resolve("ws"), LinkOption.NOFOLLOW_LINKS);
    } catch (FileFailure | IOException e) {
      LOG.error("volume {} cannot be mounted", volume.token(), e);
      return false;
    }
  }

  /**
   * Mounts a volume that a sandbox which was left running still has, from that one's device: two
   * file systems on one image would not know what the other writes.
   *
   * @return false where there is none
   */
  private boolean mountAttached(Place volume) throws IOException {
    Path device = LoopDevices.of(image(volume));
    int opened = device == null ? -1 : Linux.openTrusted(device.toString(), Linux.O_RDWR);
    if (opened < 0) {
      return false;
    }
    // Open until it is mounted: whoever closes it last frees it.
    try (Fd _ = new Fd(opened)) {
      if (!device.equals(LoopDevices.of(image(volume)))) {
        return false;
      }
      done(LinuxMounts.mount(device.toString(), mount(volume)), "mounting");
      return true;
    }
  }

  private boolean isMounted(Place volume) {
    try {
      Object above = Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS);
      Object own = Files.getAttribute(mount(volume), "unix:dev", LinkOption.NOFOLLOW_LINKS);
      return !own.equals(above);
    } catch (IOException e) {
      return false;
    }
  }

  /** Notes that nobody has a volume any more; {@link #destroyDiscarded} takes it away. */
  void discard(Place volume) {
    discarded.add(volume);
  }

  /** Takes away what was discarded. What cannot be removed now is left to the next call. */
  public void destroyDiscarded() {
    for (Place volume : List.copyOf(discarded)) {
      if (discarded.remove(volume) && !destroy(volume)) {
        discarded.add(volume);
      }
    }
  }

  /** Frees image and loop device, as soon as the last sandbox that uses them has ended. */
  private boolean destroy(Place volume) {
    try {
      if (isMounted(volume)) {
        // What it still had to write is written for nobody.
        LinuxMounts.shutDown(mount(volume));
        done(LinuxMounts.unmount(mount(volume)), "unmounting");
      }
      Files.deleteIfExists(mount(volume));
      Files.deleteIfExists(image(volume));
      return true;
    } catch (FileFailure | IOException e) {
      LOG.warn("volume {} cannot be removed now", volume.token(), e);
      return false;
    }
  }

  /** Every volume of which there is an image or a mount. */
  Set<Place> all() {
    Set<Place> found = ConcurrentHashMap.newKeySet();
    try (Stream<Path> names = Files.list(directory)) {
      names
          .map(path -> path.getFileName().toString())
          .map(name -> name.endsWith(IMAGE) ? name.substring(0, name.length() - 4) : name)
          .forEach(
              token -> {
                Place place = Place.ofTokenOrNull(token);
                if (place != null && place.isVolume()) {
                  found.add(place);
                }
              });
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
