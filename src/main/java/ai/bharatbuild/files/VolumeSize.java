package ai.bharatbuild.files;

/**
 * How large a file system must be so that so many bytes of user data fit, and little more.
 *
 * @param blocks of {@link #BLOCK} bytes, everything together
 * @param inodes files and directories that fit
 */
record VolumeSize(long blocks, long inodes) {
  static final int BLOCK = 4096;
  static final int INODE_BYTES = 256;
  static final int JOURNAL_MB = 4;
  private static final long BYTES_PER_INODE = 16 << 10;

  /** Even a small project may consist of many small files. */
  private static final long LEAST_INODES = 20_000;

  private static final long JOURNAL_BLOCKS = (JOURNAL_MB << 20) / BLOCK;
  private static final long BLOCKS_PER_GROUP = 8 * BLOCK;

  /** Bitmaps of a group, and its share of copies of the superblock and of group descriptors. */
  private static final long GROUP_OVERHEAD = 4;

  /** ext4 keeps 2 % back, up to this, so that it can always finish what it has accepted. */
  private static final long MOST_KEPT_BACK = 4096;

  /** Directories and the maps of where files lie; a small part of what is in them. */
  private static final long MAP_SHARE = 256;

  private static final long SPARE = 64;

  static VolumeSize of(long limit) {
    long data = (limit + BLOCK - 1) / BLOCK;
    long inodes = Math.max(LEAST_INODES, limit / BYTES_PER_INODE);
    long tables = inodes * INODE_BYTES / BLOCK * 101 / 100 + 1;
    long used = data + data / MAP_SHARE + tables + JOURNAL_BLOCKS + SPARE;
    long groups = used / BLOCKS_PER_GROUP + 1;
    used += groups * GROUP_OVERHEAD;
    return new VolumeSize(used + Math.min(used / 49 + 1, MOST_KEPT_BACK), inodes);
  }

  long bytes() {
    return blocks * BLOCK;
  }
}
