package ai.bharatbuild.files;

/** Copies the bytes of one open file to another, leaving out its holes. */
final class FileCopy {
  private static final int STEP = 128 * 1024;

  private FileCopy() {}

  /**
   * Makes an empty file's content that of another, whose holes stay holes.
   *
   * @throws FileFailure of kind NO_SPACE when it does not fit
   */
  static void content(Fd from, Fd to) {
    long size = Directories.stat(from).size();
    long at = 0;
    while (at < size) {
      long data = LinuxPlaces.seek(from.number(), at, LinuxPlaces.SEEK_DATA);
      if (data == -Linux.ENXIO) {
        break;
      }
      check(data, "looking for data");
      long end =
          check(LinuxPlaces.seek(from.number(), data, LinuxPlaces.SEEK_HOLE), "looking for holes");
      range(from, to, data, end);
      at = end;
    }
    check(LinuxPlaces.truncate(to.number(), size), "setting a file's size");
    check(LinuxPlaces.seek(to.number(), size, LinuxPlaces.SEEK_SET), "positioning");
  }

  private static void range(Fd from, Fd to, long start, long end) {
    check(LinuxPlaces.seek(from.number(), start, LinuxPlaces.SEEK_SET), "positioning");
    check(LinuxPlaces.seek(to.number(), start, LinuxPlaces.SEEK_SET), "positioning");
    for (long left = end - start; left > 0; ) {
      int read = (int) check(Linux.read(from.number(), (int) Math.min(left, STEP)), "reading");
      if (read == 0) {
        return;
      }
      check(Linux.writeScratch(to.number(), read), "writing");
      left -= read;
    }
  }

  private static long check(long result, String action) {
    if (result < 0) {
      throw FileFailure.of((int) result, action);
    }
    return result;
  }
}
