package ai.bharatbuild.projects;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Keeps projects. Each call names the account whose projects it may see; those of others are not
 * found. Usable from any context; fails with 503 while there is no database.
 */
public final class Projects {
  private static final String INSERT =
      """
      insert into projects
        (user_id, title, description, mode, domain, framework, deployment_target, industry,
         target_market, tech_stack, config)
      values ($1, $2, nullif($3, ''), $4, nullif($5, ''), nullif($6, ''), nullif($7, ''),
              nullif($8, ''), nullif($9, ''), $10, $11)
      returning %s\
      """
          .formatted(Project.COLUMNS);

  private static final String UPDATE =
      """
      update projects
         set title = coalesce($3, title),
             description = nullif(coalesce($4, description), ''),
             mode = coalesce($5, mode),
             domain = nullif(coalesce($6, domain), ''),
             framework = nullif(coalesce($7, framework), ''),
             deployment_target = nullif(coalesce($8, deployment_target), ''),
             industry = nullif(coalesce($9, industry), ''),
             target_market = nullif(coalesce($10, target_market), ''),
             tech_stack = coalesce($11, tech_stack),
             config = coalesce($12, config),
             status = coalesce($13, status),
             progress = coalesce($14, progress),
             completed_at = case when coalesce($13, status) <> 'completed' then null
                                 else coalesce(completed_at, now()) end,
             updated_at = now()
       where id = $1 and user_id = $2 and ($13::text is null or status = any ($15::text[]))
         and ($14::integer is null or status <> 'processing')
      returning %s\
      """
          .formatted(Project.COLUMNS);

  private static final String GET =
      "select %s from projects where id = $1 and user_id = $2".formatted(Project.COLUMNS);

  private final Pool pool;

  public Projects(Pool pool) {
    this.pool = pool;
  }

  /** One page of projects and how many there are. */
  public record Page(List<Project> projects, long total) {}

  Future<Project> create(UUID account, ProjectFields given) {
    return pool.preparedQuery(INSERT)
        .execute(
            Tuple.from(
                new Object[] {
                  account,
                  given.title(),
                  given.description(),
                  given.mode().text(),
                  given.domain(),
                  given.framework(),
                  given.deploymentTarget(),
                  given.industry(),
                  given.targetMarket(),
                  given.techStack() == null ? new String[0] : given.techStack(),
                  given.config() == null ? new JsonObject() : given.config()
                }))
        .map(Projects::only);
  }

  /** The account's project; 404 where there is none. */
  public Future<Project> get(UUID id, UUID account) {
    return pool.preparedQuery(GET).execute(Tuple.of(id, account)).map(Projects::only);
  }

  /** One page of an account's projects, newest first. */
  Future<Page> list(UUID account, ProjectFilter filter, int page, int limit) {
    Future<Long> total =
        pool.preparedQuery(filter.count())
            .execute(filter.values(account))
            .map(rows -> rows.iterator().next().getLong(0));
    Future<List<Project>> projects =
        pool.preparedQuery(filter.page())
            .execute(filter.values(account).addInteger(limit).addLong((page - 1L) * limit))
            .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Project::of).toList());
    return Future.all(total, projects).map(v -> new Page(projects.result(), total.result()));
  }

  /**
   * Changes what is given. Fails with 409 {@code invalid_transition} where the table of states has
   * no way, and with 409 {@code project_busy} where a task leads the project.
   */
  Future<Project> change(UUID id, UUID account, ProjectFields given) {
    ProjectStatus status = given.status();
    String[] from =
        status == null
            ? null
            : status.reachedByUserFrom().stream().map(ProjectStatus::text).toArray(String[]::new);
    Object[] values = {
      id,
      account,
      given.title(),
      given.description(),
      given.mode() == null ? null : given.mode().text(),
      given.domain(),
      given.framework(),
      given.deploymentTarget(),
      given.industry(),
      given.targetMarket(),
      given.techStack(),
      given.config(),
      status == null ? null : status.text(),
      given.progress(),
      from
    };
    return pool.preparedQuery(UPDATE)
        .execute(Tuple.from(values))
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture(only(rows))
                    : get(id, account).compose(now -> Future.failedFuture(refused(now, status))));
  }

  /**
   * Completes a project on which something was done already. Gives whether it is completed now; one
   * that failed, was cancelled or is being worked on is left alone.
   */
  public Future<Boolean> complete(UUID id, UUID account) {
    return pool.preparedQuery(
            """
            update projects
               set status = 'completed', progress = 100, completed_at = coalesce(completed_at, now()),
                   updated_at = now()
             where id = $1 and user_id = $2
               and status in ('draft', 'in_progress', 'partial_completed', 'completed')
            """)
        .execute(Tuple.of(id, account))
        .map(rows -> rows.rowCount() > 0);
  }

  private static ApiException refused(Project now, ProjectStatus wanted) {
    if (now.status() == ProjectStatus.PROCESSING) {
      return ApiException.conflict(
          "project_busy", "The project is being worked on; wait for its task, or cancel it.");
    }
    return ApiException.conflict(
        "invalid_transition",
        "A project that is %s cannot become %s.".formatted(now.status().text(), wanted.text()));
  }

  /** Removes a project with all rows that belong to it; 404 where there is none. */
  Future<Void> delete(UUID id, UUID account) {
    return pool.preparedQuery("delete from projects where id = $1 and user_id = $2")
        .execute(Tuple.of(id, account))
        .map(
            rows -> {
              if (rows.rowCount() == 0) {
                throw ApiException.notFound("project");
              }
              return null;
            });
  }

  private static Project only(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw ApiException.notFound("project");
    }
    return Project.of(rows.iterator().next());
  }
}
