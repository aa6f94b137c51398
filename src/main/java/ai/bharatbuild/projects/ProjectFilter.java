package ai.bharatbuild.projects;

import ai.bharatbuild.http.Query;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/**
 * Which projects are listed; null for any. Each combination is a statement of its own, so that the
 * database plans it with the index that serves it.
 *
 * @param text part of the title, in any case
 */
record ProjectFilter(ProjectStatus status, ProjectMode mode, String text) {
  static final ProjectFilter ALL = new ProjectFilter(null, null, null);
  private static final int MAX_TEXT = 200;

  static ProjectFilter of(RoutingContext context) {
    String status = context.request().getParam("status");
    String mode = context.request().getParam("mode");
    String text = context.request().getParam("search");
    if (text != null && (text.length() > MAX_TEXT || ProjectFields.hasNul(text))) {
      throw Query.wrong("search", "must have at most 200 characters");
    }
    return new ProjectFilter(
        status == null
            ? null
            : ProjectStatus.of(status)
                .orElseThrow(() -> Query.wrong("status", "is no status of a project")),
        mode == null
            ? null
            : ProjectMode.of(mode).orElseThrow(() -> Query.wrong("mode", "is no mode")),
        text == null || text.isEmpty() ? null : text);
  }

  String count() {
    return "select count(*) from projects" + where(new int[1]);
  }

  /** Takes the values, then the limit and how many are passed over. */
  String page() {
    int[] used = new int[1];
    String where = where(used);
    return "select %s from projects%s order by created_at desc, id desc limit $%d offset $%d"
        .formatted(Project.COLUMNS, where, used[0] + 1, used[0] + 2);
  }

  private String where(int[] used) {
    StringBuilder where = new StringBuilder(" where user_id = $1");
    int next = 1;
    if (status != null) {
      where.append(" and status = $").append(++next);
    }
    if (mode != null) {
      where.append(" and mode = $").append(++next);
    }
    if (text != null) {
      where.append(" and title ilike $").append(++next);
    }
    used[0] = next;
    return where.toString();
  }

  Tuple values(UUID account) {
    Tuple values = Tuple.of(account);
    if (status != null) {
      values.addString(status.text());
    }
    if (mode != null) {
      values.addString(mode.text());
    }
    if (text != null) {
      values.addString('%' + text.replaceAll("([\\\\%_])", "\\\\$1") + '%');
    }
    return values;
  }
}
