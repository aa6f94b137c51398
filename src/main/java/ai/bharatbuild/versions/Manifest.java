package ai.bharatbuild.versions;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job held when it was completed, or when agents reached a stage; kept as an object of its
 * own.
 *
 * @param version from 1
 * @param zip names the completion that it was made of, so that it is not made twice; empty where it
 *     was made of the files
 * @param label why it was kept, such as {@code complete}; null in manifests of before there were
 *     any
 * @param restoredFrom the version whose files it was made with, or null
 * @param files sorted by path
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Manifest(
    int version,
    String jobId,
    String projectName,
    String zip,
    String label,
    Instant createdAt,
    Integer restoredFrom,
    List<Entry> files) {

  /**
   * A file.
   *
   * @param sha256 of its content, which names the object that holds it
   */
  record Entry(String path, long size, String sha256) {}

  long totalSize() {
    return files.stream().mapToLong(Entry::size).sum();
  }

  Map<String, Entry> byPath() {
    Map<String, Entry> entries = new TreeMap<>();
    files.forEach(entry -> entries.put(entry.path(), entry));
    return entries;
  }
}
