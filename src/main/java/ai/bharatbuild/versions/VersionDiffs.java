package ai.bharatbuild.versions;

import ai.bharatbuild.storage.ByteRange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Compares two versions of a job. */
final class VersionDiffs {
  /** Text of all diffs together; what is beyond is told without its text. */
  private static final long MAX_TEXT = 4 << 20;

  private final Versions versions;

  VersionDiffs(Versions versions) {
    this.versions = versions;
  }

  /** Every file that differs, by path. Fails with 404 when there is no such version. */
  Future<List<VersionDiff>> between(String job, String owner, int from, int to) {
    return Future.all(versions.manifest(owner, job, from), versions.manifest(owner, job, to))
        .compose(
            both ->
                versions
                    .threads()
                    .executeBlocking(
                        () -> compare(owner, both.resultAt(0), both.resultAt(1)), false));
  }

  private List<VersionDiff> compare(String owner, Manifest from, Manifest to) {
    Map<String, Manifest.Entry> before = from.byPath();
    Map<String, Manifest.Entry> after = to.byPath();
    TreeSet<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    List<VersionDiff> diffs = new ArrayList<>();
    long text = 0;
    for (String path : paths) {
      Manifest.Entry old = before.get(path);
      Manifest.Entry now = after.get(path);
      if (old != null && now != null && old.sha256().equals(now.sha256())) {
        continue;
      }
      String change = old == null ? "added" : now == null ? "removed" : "modified";
      VersionDiff diff =
          text > MAX_TEXT || large(old) || large(now)
              ? VersionDiff.tooLarge(path, change)
              : VersionDiff.of(path, change, content(owner, old), content(owner, now));
      text += diff.diff() == null ? 0 : diff.diff().length();
      diffs.add(diff);
    }
    return diffs;
  }

  private static boolean large(Manifest.Entry entry) {
    return entry != null && entry.size() > VersionDiff.MAX_BYTES;
  }

  private Buffer content(String owner, Manifest.Entry entry) {
    return entry == null
        ? null
        : Snapshot.await(
            versions
                .store()
                .content(owner, entry, ByteRange.ALL)
                .compose(body -> body.collect(VersionDiff.MAX_BYTES)));
  }
}
