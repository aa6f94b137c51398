package ai.bharatbuild.storage;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Predicate;

/** Removes many objects. */
public final class ObjectSweep {
  private static final int PAGE = 1000;
  private static final int AT_ONCE = 16;

  private ObjectSweep() {}

  /** Removes every object whose key begins so. May be repeated; the first failure ends it. */
  public static Future<Void> remove(ObjectStore objects, String prefix) {
    return remove(objects, prefix, found -> true);
  }

  /**
   * Removes the unwanted ones of the objects whose keys begin so. May be repeated; the first
   * failure ends it.
   */
  public static Future<Void> remove(
      ObjectStore objects, String prefix, Predicate<ObjectStat> unwanted) {
    return from("", objects, prefix, unwanted);
  }

  private static Future<Void> from(
      String after, ObjectStore objects, String prefix, Predicate<ObjectStat> unwanted) {
    return objects
        .list(prefix, after, PAGE)
        .compose(
            page ->
                delete(objects, page.objects().stream().filter(unwanted).toList(), 0)
                    .compose(
                        v ->
                            page.more()
                                ? from(page.objects().getLast().key(), objects, prefix, unwanted)
                                : Future.succeededFuture()));
  }

  private static Future<Void> delete(ObjectStore objects, List<ObjectStat> page, int begin) {
    if (begin >= page.size()) {
      return Future.succeededFuture();
    }
    int end = Math.min(page.size(), begin + AT_ONCE);
    return Future.join(
            page.subList(begin, end).stream().map(found -> objects.delete(found.key())).toList())
        .compose(v -> delete(objects, page, end));
  }
}
