package ai.bharatbuild.jobs.tar;

/**
 * One file or directory of an archive.
 *
 * @param name as the archive has it
 * @param size bytes that follow; 0 for a directory
 * @param modifiedNanos nanoseconds since 1970
 */
public record TarEntry(
    String name, boolean directory, long size, boolean executable, long modifiedNanos) {}
