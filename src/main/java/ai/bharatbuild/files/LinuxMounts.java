package ai.bharatbuild.files;

import static ai.bharatbuild.files.Linux.bind;
import static ai.bharatbuild.files.Linux.impossible;
import static ai.bharatbuild.files.Linux.put;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The system calls by which an image file becomes a file system in the tree and is taken out again;
 * the programs for it take several times as long. Each method returns the call's result, or the
 * negated error number. For root alone.
 */
final class LinuxMounts {
  private static final long LOOP_CONFIGURE = 0x4C0A;
  private static final long LOOP_CTL_GET_FREE = 0x4C82;

  /** A {@code struct loop_config}, and where the members that are set lie in it. */
  private static final int CONFIG_BYTES = 304;

  private static final int FLAGS_AT = 8 + 52;
  private static final int NAME_AT = 8 + 56;
  private static final int NAME_BYTES = 63;

  /** LO_FLAGS_AUTOCLEAR: the device is free again once nothing is mounted from it. */
  private static final int AUTOCLEAR = 4;

  /** Others may take a free device between its being found and its being used. */
  private static final int TRIES = 200;

  /** MS_NOSUID | MS_NODEV | MS_NOATIME. */
  private static final long MOUNT_FLAGS = 2 | 4 | 1024;

  private static final String EXT4_OPTIONS = "noinit_itable";

  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  /** EXT4_IOC_SHUTDOWN, and its argument that drops what was not written yet. */
  private static final long SHUT_DOWN = 0x8004587DL;

  private static final int WITHOUT_LOG = 2;

  private static final MethodHandle IOCTL =
      bind(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle MOUNT =
      bind("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT2 =
      bind("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private LinuxMounts() {}

  /** Mounts an ext4 image through a loop device, which is free again when it is unmounted. */
  static int mountImage(Path image, Path target) {
    int opened = Linux.openTrusted(image.toString(), Linux.O_RDWR | Linux.O_NOFOLLOW);
    if (opened < 0) {
      return opened;
    }
    try (Fd file = new Fd(opened)) {
      int control = Linux.openTrusted("/dev/loop-control", Linux.O_RDWR);
      if (control < 0) {
        return control;
      }
      try (Fd loops = new Fd(control)) {
        return mountFree(loops, file, image, target);
      }
    }
  }

  private static int mountFree(Fd loops, Fd file, Path image, Path target) {
    int result = -Linux.EBUSY;
    for (int i = 0; result == -Linux.EBUSY && i < TRIES; i++) {
      int number = ioctl(loops.number(), LOOP_CTL_GET_FREE, MemorySegment.NULL);
      if (number < 0) {
        return number;
      }
      String device = "/dev/loop" + number;
      int opened = Linux.openTrusted(device, Linux.O_RDWR);
      if (opened < 0) {
        return opened;
      }
      // Open until it is mounted: whoever closes it last frees it.
      try (Fd loop = new Fd(opened)) {
        result = configure(loop, file, image);
        if (result == 0) {
          return mount(device, target);
        }
      }
    }
    return result;
  }

  private static int configure(Fd loop, Fd file, Path image) {
    byte[] name = image.toString().getBytes(StandardCharsets.UTF_8);
    MemorySegment config = Linux.scratch().io.asSlice(0, CONFIG_BYTES).fill((byte) 0);
    config.set(JAVA_INT, 0, file.number());
    config.set(JAVA_INT, FLAGS_AT, AUTOCLEAR);
    int shown = Math.min(name.length, NAME_BYTES);
    MemorySegment.copy(name, 0, config, JAVA_BYTE, NAME_AT, shown);
    return ioctl(loop.number(), LOOP_CONFIGURE, config);
  }

  /** Mounts an ext4 file system from a device. */
  static int mount(String device, Path target) {
    Linux.Scratch s = Linux.scratch();
    MemorySegment source = put(s.path, bytes(device));
    MemorySegment at = put(s.path2, bytes(target.toString()));
    MemorySegment type = put(s.io.asSlice(0, 64), bytes("ext4"));
    MemorySegment options = put(s.io.asSlice(64, 64), bytes(EXT4_OPTIONS));
    try {
      int r = (int) MOUNT.invokeExact(s.errno, source, at, type, MOUNT_FLAGS, options);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Unmounts; what somebody still uses goes when they are done. */
  static int unmount(Path mount) {
    int result = unmount(mount, UMOUNT_NOFOLLOW);
    return result == -Linux.EBUSY ? unmount(mount, UMOUNT_NOFOLLOW | MNT_DETACH) : result;
  }

  private static int unmount(Path mount, int how) {
    Linux.Scratch s = Linux.scratch();
    try {
      int r = (int) UMOUNT2.invokeExact(s.errno, put(s.path, bytes(mount.toString())), how);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /**
   * Stops a file system: what was not written yet never will be. Does nothing where it cannot be.
   */
  static void shutDown(Path mount) {
    int number = Linux.openTrusted(mount.toString(), Linux.O_RDONLY | Linux.O_DIRECTORY);
    if (number < 0) {
      return;
    }
    try (Fd fd = new Fd(number)) {
      MemorySegment how = Linux.scratch().stat;
      how.set(JAVA_INT, 0, WITHOUT_LOG);
      ioctl(fd.number(), SHUT_DOWN, how);
    }
  }

  private static int ioctl(int fd, long request, MemorySegment argument) {
    Linux.Scratch s = Linux.scratch();
    try {
      int r = (int) IOCTL.invokeExact(s.errno, fd, request, argument);
      return r >= 0 ? r : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
