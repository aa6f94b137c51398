package ai.bharatbuild.versions;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import ai.bharatbuild.storage.ObjectKey;
import ai.bharatbuild.storage.ObjectSizes;
import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.ObjectSweep;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Manifests and contents as objects: {@code versions/<owner>/<job>/00000001.json} and {@code
 * contents/<owner>/<first two digits>/<SHA-256>}. Contents are shared by all versions of an owner,
 * and never with another owner, so that nobody can tell what others have.
 */
final class VersionStore {
  private static final int PAGE = 1000;
  private static final long MAX_MANIFEST = 64 << 20;
  private final ObjectStore objects;

  VersionStore(ObjectStore objects) {
    this.objects = objects;
  }

  private static String prefix(String owner, String job) {
    return "versions/" + owner + '/' + job + '/';
  }

  /** The numbers of a job's versions, oldest first. */
  Future<List<Integer>> numbers(String owner, String job) {
    return numbers(prefix(owner, job), "", new ArrayList<>());
  }

  private Future<List<Integer>> numbers(String prefix, String after, List<Integer> found) {
    return objects
        .list(prefix, after, PAGE)
        .compose(
            page -> {
              for (ObjectStat stat : page.objects()) {
                String name = stat.key().substring(prefix.length());
                found.add(Integer.valueOf(name.substring(0, name.indexOf('.'))));
              }
              return page.more()
                  ? numbers(prefix, page.objects().getLast().key(), found)
                  : Future.succeededFuture(found);
            });
  }

  /** 404 where there is none. */
  Future<Manifest> manifest(String owner, String job, int version) {
    return objects
        .get(key(owner, job, version), ByteRange.ALL)
        .recover(e -> Future.failedFuture(isMissing(e) ? ApiException.notFound("version") : e))
        .compose(body -> body.collect(MAX_MANIFEST))
        .map(VersionStore::decode);
  }

  private static Manifest decode(Buffer json) {
    try {
      return Json.MAPPER.readValue(json.getBytes(), Manifest.class);
    } catch (IOException e) {
      throw new IllegalStateException("a manifest is damaged", e);
    }
  }

  Future<Void> save(String owner, Manifest manifest) {
    return objects.putBytes(
        key(owner, manifest.jobId(), manifest.version()), Json.encode(manifest));
  }

  private static String key(String owner, String job, int version) {
    return prefix(owner, job) + "%08d.json".formatted(version);
  }

  Future<Void> removeManifests(String owner, String job) {
    return ObjectSweep.remove(objects, prefix(owner, job));
  }

  /** Removes the contents whose hashes are not among these. */
  Future<Void> removeContents(String owner, Set<String> needed) {
    return ObjectSweep.remove(
        objects,
        contents(owner),
        found -> !needed.contains(found.key().substring(found.key().lastIndexOf('/') + 1)));
  }

  /** Bytes of all that an owner has; each content once, however many versions have it. */
  Future<Long> bytes(String owner) {
    return ObjectSizes.total(objects, "versions/" + owner + '/')
        .compose(
            manifests ->
                ObjectSizes.total(objects, contents(owner)).map(bytes -> manifests + bytes));
  }

  /** Removes all that an owner has, manifests first. */
  Future<Void> removeAll(String owner) {
    return ObjectSweep.remove(objects, "versions/" + owner + '/')
        .compose(v -> ObjectSweep.remove(objects, contents(owner)));
  }

  private static String contents(String owner) {
    return "contents/" + owner + '/';
  }

  /** Shows every manifest of an owner, one after another; one that goes meanwhile or not. */
  Future<Void> eachManifest(String owner, Consumer<Manifest> seen) {
    return eachManifest("versions/" + owner + '/', "", seen);
  }

  private Future<Void> eachManifest(String prefix, String after, Consumer<Manifest> seen) {
    return objects
        .list(prefix, after, PAGE)
        .compose(
            page ->
                each(page.objects().iterator(), seen)
                    .compose(
                        v ->
                            page.more()
                                ? eachManifest(prefix, page.objects().getLast().key(), seen)
                                : Future.succeededFuture()));
  }

  private Future<Void> each(Iterator<ObjectStat> rest, Consumer<Manifest> seen) {
    if (!rest.hasNext()) {
      return Future.succeededFuture();
    }
    return objects
        .get(rest.next().key(), ByteRange.ALL)
        .compose(body -> body.collect(MAX_MANIFEST))
        .<Void>map(
            json -> {
              seen.accept(decode(json));
              return null;
            })
        .recover(e -> isMissing(e) ? Future.succeededFuture() : Future.failedFuture(e))
        .compose(v -> each(rest, seen));
  }

  static String contentKey(String owner, String sha256) {
    return ObjectKey.ofHash("contents/" + owner, sha256);
  }

  /** The content of a file of a version. */
  Future<ObjectBody> content(String owner, Manifest.Entry entry, ByteRange range) {
    return objects.get(contentKey(owner, entry.sha256()), range);
  }

  ObjectStore objects() {
    return objects;
  }

  private static boolean isMissing(Throwable cause) {
    return cause instanceof ApiException known && known.problem().status() == 404;
  }
}
