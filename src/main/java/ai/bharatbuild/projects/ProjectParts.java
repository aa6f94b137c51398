package ai.bharatbuild.projects;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The jobs and messages of projects. The caller has made sure that the project is the account's.
 * Usable from any context.
 */
public final class ProjectParts {
  private final Pool pool;
  private final String server;

  /**
   * @param server this one, on whose disk jobs are that are linked here
   */
  public ProjectParts(Pool pool, String server) {
    this.pool = pool;
    this.server = server;
  }

  /**
   * A job of a project.
   *
   * @param server that has it on its disk; null where that was not noted yet
   */
  public record Link(String jobId, Instant linkedAt, String server) {
    static Link of(Row row) {
      return new Link(
          row.getString("job_id"), Project.time(row, "linked_at"), row.getString("server"));
    }
  }

  /**
   * Something said about a project.
   *
   * @param role {@code user}, {@code assistant} or {@code system}
   * @param agentType which agent said it, or null
   */
  public record Message(UUID id, String role, String agentType, String content, Instant createdAt) {
    static Message of(Row row) {
      return new Message(
          row.getUUID("id"),
          row.getString("role"),
          row.getString("agent_type"),
          row.getString("content"),
          Project.time(row, "created_at"));
    }
  }

  record MessagePage(List<Message> messages, long total) {}

  /** Newest first. */
  Future<List<Link>> jobs(UUID project) {
    return pool.preparedQuery(
            "select job_id, linked_at, server from project_jobs where project_id = $1"
                + " order by linked_at desc, job_id")
        .execute(Tuple.of(project))
        .map(rows -> all(rows, Link::of));
  }

  /** The job linked last, or null. */
  public Future<String> newestJob(UUID project) {
    return jobs(project).map(links -> links.isEmpty() ? null : links.getFirst().jobId());
  }

  /** The job linked last of those that this server may have, or null. */
  public Future<String> newestJobHere(UUID project) {
    return jobs(project)
        .map(
            links ->
                links.stream()
                    .filter(link -> link.server() == null || link.server().equals(server))
                    .map(Link::jobId)
                    .findFirst()
                    .orElse(null));
  }

  /** The account's project that the job was linked to last, or null. */
  public Future<UUID> projectOf(String jobId, UUID account) {
    return pool.preparedQuery(
            "select l.project_id from project_jobs l join projects p on p.id = l.project_id"
                + " where l.job_id = $1 and p.user_id = $2 order by l.linked_at desc limit 1")
        .execute(Tuple.of(jobId, account))
        .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getUUID(0));
  }

  /** Links a job of this server; one that is linked already becomes the newest. */
  public Future<Link> link(UUID project, String jobId) {
    return pool.preparedQuery(
            "insert into project_jobs (project_id, job_id, server) values ($1, $2, $3)"
                + " on conflict (project_id, job_id)"
                + " do update set linked_at = clock_timestamp(), server = excluded.server"
                + " returning job_id, linked_at, server")
        .execute(Tuple.of(project, jobId, server))
        .map(rows -> Link.of(rows.iterator().next()));
  }

  /** Whether there was such a link. */
  Future<Boolean> unlink(UUID project, String jobId) {
    return pool.preparedQuery("delete from project_jobs where project_id = $1 and job_id = $2")
        .execute(Tuple.of(project, jobId))
        .map(rows -> rows.rowCount() > 0);
  }

  /** Adds a message; also for agents. */
  public Future<Message> say(UUID project, String role, String agentType, String content) {
    return pool.preparedQuery(
            "insert into messages (project_id, role, agent_type, content) values ($1, $2, $3, $4)"
                + " returning id, role, agent_type, content, created_at")
        .execute(Tuple.of(project, role, agentType, content))
        .map(rows -> Message.of(rows.iterator().next()));
  }

  /** Oldest first. */
  Future<MessagePage> messages(UUID project, int page, int limit) {
    Future<Long> total =
        pool.preparedQuery("select count(*) from messages where project_id = $1")
            .execute(Tuple.of(project))
            .map(rows -> rows.iterator().next().getLong(0));
    Future<List<Message>> messages =
        pool.preparedQuery(
                "select id, role, agent_type, content, created_at from messages"
                    + " where project_id = $1 order by created_at, id limit $2 offset $3")
            .execute(Tuple.of(project, limit, (page - 1L) * limit))
            .map(rows -> all(rows, Message::of));
    return Future.all(total, messages).map(v -> new MessagePage(messages.result(), total.result()));
  }

  private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> of) {
    return StreamSupport.stream(rows.spliterator(), false).map(of).toList();
  }
}
