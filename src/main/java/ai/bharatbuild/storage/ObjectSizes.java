package ai.bharatbuild.storage;

import io.vertx.core.Future;

/** Adds up the sizes of objects. */
public final class ObjectSizes {
  private static final int PAGE = 1000;

  private ObjectSizes() {}

  /** Bytes of all objects whose keys begin so; one question to the store for each 1,000 of them. */
  public static Future<Long> total(ObjectStore objects, String prefix) {
    return from("", objects, prefix, 0);
  }

  private static Future<Long> from(String after, ObjectStore objects, String prefix, long before) {
    return objects
        .list(prefix, after, PAGE)
        .compose(
            page -> {
              long sum = before;
              for (ObjectStat each : page.objects()) {
                sum += each.size();
              }
              return page.more()
                  ? from(page.objects().getLast().key(), objects, prefix, sum)
                  : Future.succeededFuture(sum);
            });
  }
}
