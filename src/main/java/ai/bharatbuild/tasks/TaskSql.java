package ai.bharatbuild.tasks;

/** The statements of the queue. Every change of a running task names its lease. */
final class TaskSql {
  static final String CHANNEL = "bharatbuild_tasks";

  static final String INSERT =
      """
      insert into agent_tasks
        (user_id, owner, api_key_id, project_id, agent_type, leads_project, input, max_attempts,
         server)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      returning %s\
      """
          .formatted(Task.COLUMNS);

  /** Oldest first; what another worker is taking just now is passed over, not waited for. */
  static final String CLAIM =
      """
      update agent_tasks
         set status = 'running', attempts = attempts + 1, lease_token = gen_random_uuid(),
             lease_until = clock_timestamp() + $3 * interval '1 millisecond', worker = $4,
             started_at = coalesce(started_at, clock_timestamp())
       where id = any (array(
         select id from agent_tasks
          where status = 'pending' and agent_type = $1 and run_at <= clock_timestamp()
            and (server is null or server = $4)
          order by run_at
          limit $2
          for update skip locked))
      returning %s\
      """
          .formatted(Task.COLUMNS);

  static final String HEARTBEAT =
      """
      update agent_tasks t
         set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
        from unnest($1::uuid[], $2::uuid[]) as held (id, token)
       where t.id = held.id and t.lease_token = held.token and t.status = 'running'
      returning t.id, t.cancel_requested\
      """;

  static final String NOTE =
      """
      update agent_tasks set progress = $3, state = $4
       where id = $1 and lease_token = $2 and status = 'running'
      returning %s\
      """
          .formatted(Task.COLUMNS);

  /** The ends of many tasks in one statement. */
  static final String FINISH =
      """
      update agent_tasks t
         set status = ended.status, output = ended.output::jsonb, error = ended.error,
             progress = case when ended.status = 'completed' then 100 else t.progress end,
             tokens_used = t.tokens_used + ended.tokens, cost_paise = t.cost_paise + ended.paise,
             model = coalesce(ended.model, t.model),
             lease_token = null, lease_until = null, worker = null, finished_at = clock_timestamp()
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[],
                    $6::bigint[], $7::bigint[], $8::text[])
          as ended (id, token, status, output, error, tokens, paise, model)
       where t.id = ended.id and t.lease_token = ended.token and t.status = 'running'
      returning %s\
      """
          .formatted(prefixed());

  private static final String AGAIN =
      """
      update agent_tasks
         set status = case when cancel_requested then 'cancelled'
                           when attempts >= max_attempts then 'dead'
                           else 'pending' end,
             finished_at = case when cancel_requested or attempts >= max_attempts
                                then clock_timestamp() end,
             run_at = clock_timestamp() + interval '1 millisecond'
                      * least($1::float8, $2::float8 * power(2, least(attempts, 30) - 1))
                      * (0.5 + random() / 2),
             lease_token = null, lease_until = null, worker = null, error = $3
      """;

  /** An attempt failed. */
  static final String ATTEMPT_FAILED =
      AGAIN
          + " where id = $4 and lease_token = $5 and status = 'running' returning "
          + Task.COLUMNS;

  /** Takes tasks from workers that gave no sign of life. */
  static final String REAP =
      AGAIN
          + """
           where id = any (array(
             select id from agent_tasks
              where status = 'running' and lease_until < clock_timestamp()
              limit 1000
              for update skip locked))
          """
          + " returning "
          + Task.COLUMNS;

  /** A server says that it is there. */
  static final String SEEN =
      """
      insert into servers (id) values ($1)
      on conflict (id) do update set seen_at = clock_timestamp()\
      """;

  /** Gives up what waits for servers that were not seen for so many milliseconds. */
  static final String ABANDON =
      """
      update agent_tasks
         set status = 'failed', finished_at = clock_timestamp(), error = $2
       where id = any (array(
         select id from agent_tasks t
          where status = 'pending' and server is not null
            and run_at < clock_timestamp() - $1 * interval '1 millisecond'
            and not exists (
              select from servers s
               where s.id = t.server
                 and s.seen_at >= clock_timestamp() - $1 * interval '1 millisecond')
          limit 1000
          for update skip locked))
      returning %s\
      """
          .formatted(Task.COLUMNS);

  /** Gives a task back that was hardly begun: a server stops. The attempt does not count. */
  static final String RELEASE =
      """
      update agent_tasks
         set status = 'pending', attempts = attempts - 1, run_at = clock_timestamp(),
             lease_token = null, lease_until = null, worker = null
       where id = $1 and lease_token = $2 and status = 'running' and not cancel_requested
      returning id\
      """;

  static final String CANCEL =
      """
      update agent_tasks
         set cancel_requested = true,
             status = case when status = 'pending' then 'cancelled' else status end,
             finished_at = case when status = 'pending' then clock_timestamp() end
       where id = $1 and user_id = $2 and status in ('pending', 'running')
      returning %s\
      """
          .formatted(Task.COLUMNS);

  /** Whoever has it done again is charged. */
  static final String RETRY =
      """
      update agent_tasks
         set status = 'pending', attempts = 0, progress = 0, cancel_requested = false,
             run_at = clock_timestamp(), finished_at = null, output = null, error = null,
             state = null, api_key_id = $3
       where id = $1 and user_id = $2 and status in ('failed', 'dead', 'cancelled')
      returning %s\
      """
          .formatted(Task.COLUMNS);

  static final String GET =
      "select %s from agent_tasks where id = $1 and user_id = $2".formatted(Task.COLUMNS);

  private static final String FILTER =
      """
       where user_id = $1 and ($2::text is null or status = $2)
         and ($3::uuid is null or project_id = $3)
      """;

  static final String LIST =
      "select "
          + Task.COLUMNS
          + " from agent_tasks"
          + FILTER
          + " order by created_at desc, id desc limit $4 offset $5";

  static final String COUNT = "select count(*) from agent_tasks" + FILTER;

  private TaskSql() {}

  private static String prefixed() {
    return "t." + Task.COLUMNS.replace(", ", ", t.");
  }
}
