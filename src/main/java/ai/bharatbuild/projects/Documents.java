package ai.bharatbuild.projects;

import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.ObjectSweep;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The documents of projects: rows in the database, bytes in the object store. The caller has made
 * sure that the project is the account's. Usable from any context.
 */
public final class Documents {
  private static final String INSERT =
      """
      insert into documents
        (project_id, type, title, version, file_name, mime_type, file_size, object_key,
         agent_generated)
      select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8
        from documents
       where project_id = $1 and type = $2 and mime_type = $5
      returning %s\
      """
          .formatted(Document.COLUMNS);

  private static final String ONE_OF_EACH = "documents_one_of_each";
  private static final int TRIES = 20;
  private static final String PREFIX = "documents/";
  private static final int PAGE = 1000;

  /** A row comes right after its bytes, or never. */
  private static final Duration SPEECHLESS = Duration.ofHours(1);

  private static final String OF = " from documents where project_id = $1";

  private static final String NEWEST =
      """
      select * from (
        select distinct on (type, mime_type) %s
          from documents
         where project_id = $1
         order by type, mime_type, version desc) as newest
       order by created_at desc, id limit 1000\
      """
          .formatted(Document.COLUMNS);

  private final Pool pool;
  private final ObjectStore objects;

  public Documents(Pool pool, ObjectStore objects) {
    this.pool = pool;
    this.objects = objects;
  }

  /** What a new document is; see {@link Document} for the members. */
  public record New(
      String type, String title, String fileName, String mimeType, boolean agentGenerated) {}

  /**
   * Keeps a document as the newest version of its type and kind of file. The bytes are kept first,
   * so that no row speaks of what is not there.
   */
  public Future<Document> add(UUID project, New document, ReadStream<Buffer> content, long length) {
    String key = PREFIX + project + '/' + UUID.randomUUID();
    return keep(project, document, key, objects.put(key, content, length), length);
  }

  /** Like {@link #add(UUID, New, ReadStream, long)}, of bytes that are in memory anyway. */
  public Future<Document> add(UUID project, New document, Buffer content) {
    String key = PREFIX + project + '/' + UUID.randomUUID();
    return keep(project, document, key, objects.putBytes(key, content), content.length());
  }

  private Future<Document> keep(
      UUID project, New document, String key, Future<Void> kept, long length) {
    Object[] values = {
      project,
      document.type(),
      document.title(),
      document.fileName(),
      document.mimeType(),
      length,
      key,
      document.agentGenerated()
    };
    return kept.compose(
        v ->
            insert(values, TRIES)
                .recover(e -> objects.delete(key).transform(done -> Future.failedFuture(e))));
  }

  /** Whoever comes at the same time may take the number; then the next one is free. */
  private Future<Document> insert(Object[] values, int tries) {
    return pool.preparedQuery(INSERT)
        .execute(Tuple.from(values))
        .map(Documents::only)
        .recover(
            e ->
                tries > 1 && DatabaseFailures.isDuplicate(e, ONE_OF_EACH)
                    ? insert(values, tries - 1)
                    : Future.failedFuture(e));
  }

  /** By type, the newest version of each first. */
  public Future<List<Document>> list(UUID project) {
    return pool.preparedQuery(
            "select " + Document.COLUMNS + OF + " order by type, version desc limit 1000")
        .execute(Tuple.of(project))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Document::of).toList());
  }

  /** The newest version of each type and kind of file, the one made last first. */
  public Future<List<Document>> newest(UUID project) {
    return pool.preparedQuery(NEWEST)
        .execute(Tuple.of(project))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Document::of).toList());
  }

  /** 404 where there is none. */
  public Future<Document> get(UUID project, UUID id) {
    return pool.preparedQuery("select " + Document.COLUMNS + OF + " and id = $2")
        .execute(Tuple.of(project, id))
        .map(Documents::only);
  }

  /** The bytes of a document. */
  public Future<ObjectBody> content(UUID project, UUID id) {
    return pool.preparedQuery("select object_key" + OF + " and id = $2")
        .execute(Tuple.of(project, id))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(ApiException.notFound("document"))
                    : objects.get(rows.iterator().next().getString(0), ByteRange.ALL));
  }

  /** The row first: bytes that nothing speaks of cost room and nothing else. */
  public Future<Void> delete(UUID project, UUID id) {
    return pool.preparedQuery(
            "delete from documents where project_id = $1 and id = $2 returning object_key")
        .execute(Tuple.of(project, id))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(ApiException.notFound("document"))
                    : objects.delete(rows.iterator().next().getString(0)));
  }

  /** Where the bytes of a project's documents are, for whoever is about to delete the project. */
  Future<List<String>> keys(UUID project) {
    return pool.preparedQuery("select object_key" + OF)
        .execute(Tuple.of(project))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> row.getString(0))
                    .toList());
  }

  /** Removes bytes that no row speaks of any more, one after another. */
  Future<Void> discard(List<String> keys) {
    Future<Void> done = Future.succeededFuture();
    for (String key : keys) {
      done = done.transform(v -> objects.delete(key));
    }
    return done;
  }

  /** Bytes of all documents of an account. */
  public Future<Long> bytes(UUID account) {
    return pool.preparedQuery(
            "select coalesce(sum(d.file_size), 0)::bigint from documents d"
                + " join projects p on p.id = d.project_id where p.user_id = $1")
        .execute(Tuple.of(account))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Removes the bytes of all documents of an account. May be repeated. */
  public Future<Void> forget(UUID account) {
    return pool.preparedQuery("select id from projects where user_id = $1")
        .execute(Tuple.of(account))
        .compose(
            rows -> {
              Future<Void> done = Future.succeededFuture();
              for (Row row : rows) {
                String bytes = PREFIX + row.getUUID(0) + '/';
                done = done.compose(v -> ObjectSweep.remove(objects, bytes));
              }
              return done;
            });
  }

  /**
   * Removes bytes that no row speaks of, once they are old enough for their row to be there: what
   * was left when a project or an account went and the server or the store failed.
   */
  public Future<Void> sweep(Instant now) {
    return sweep(now.minus(SPEECHLESS), "");
  }

  private Future<Void> sweep(Instant before, String after) {
    return objects
        .list(PREFIX, after, PAGE)
        .compose(
            page ->
                unknown(page.objects(), before)
                    .compose(this::discard)
                    .compose(
                        v ->
                            page.more()
                                ? sweep(before, page.objects().getLast().key())
                                : Future.succeededFuture()));
  }

  private Future<List<String>> unknown(List<ObjectStat> found, Instant before) {
    Set<String> keys =
        found.stream()
            .filter(object -> object.modified().isBefore(before))
            .map(ObjectStat::key)
            .collect(Collectors.toSet());
    if (keys.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return pool.preparedQuery("select object_key from documents where object_key = any ($1)")
        .execute(Tuple.of(keys.toArray(String[]::new)))
        .map(
            rows -> {
              rows.forEach(row -> keys.remove(row.getString(0)));
              return List.copyOf(keys);
            });
  }

  private static Document only(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw ApiException.notFound("document");
    }
    return Document.of(rows.iterator().next());
  }
}
