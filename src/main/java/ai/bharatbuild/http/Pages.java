package ai.bharatbuild.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists as the API shows them: one page, and how much there is. */
public final class Pages {
  private Pages() {}

  /**
   * @param all everything, in order
   * @param page from 1
   * @param limit items of a page
   */
  public static <T> Map<String, Object> of(String name, List<T> all, int page, int limit) {
    long from = Math.min(all.size(), (page - 1L) * limit);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(name, all.subList((int) from, (int) Math.min(all.size(), from + limit)));
    body.put("total", all.size());
    body.put("page", page);
    body.put("pages", (all.size() + limit - 1) / limit);
    return body;
  }

  /** One page of a list of which the rest is elsewhere. */
  public static <T> Map<String, Object> page(
      String name, List<T> items, long total, int page, int limit) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(name, items);
    body.put("total", total);
    body.put("page", page);
    body.put("pages", (total + limit - 1) / limit);
    return body;
  }
}
