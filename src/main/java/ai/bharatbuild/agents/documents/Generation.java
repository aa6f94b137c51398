package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Generations.Wanted;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Document;
import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.Project;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the documents of a project, one file after another, and tells how it goes. */
final class Generation {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
  private static final int FILE_SECONDS = 180;

  private final DocumentParts parts;
  private final WorkerExecutor workers;
  private final Project project;
  private final UUID account;
  private final String owner;
  private final List<Wanted> wanted;
  private final Instant at;
  private final ProgressLog log;
  private final int total;
  private int made;
  private int failed;

  Generation(
      DocumentParts parts,
      WorkerExecutor workers,
      Project project,
      UUID account,
      String owner,
      List<Wanted> wanted,
      Instant at,
      ProgressLog log) {
    this.parts = parts;
    this.workers = workers;
    this.project = project;
    this.account = account;
    this.owner = owner;
    this.wanted = wanted;
    this.at = at;
    this.log = log;
    this.total = wanted.stream().mapToInt(it -> it.formats().size()).sum();
  }

  /** Never fails; the last event tells how it ended. */
  Future<Void> run() {
    List<String> types = wanted.stream().map(it -> it.kind().text()).toList();
    log.append(
        "documents_starting",
        Map.of("project_id", project.id().toString(), "types", types, "total", total));
    return knownIds()
        .compose(ids -> parts.facts().of(project, owner, ids, at))
        .compose(facts -> all(facts).compose(v -> keepTraces(facts)).compose(v -> ended(facts)))
        .recover(
            e -> {
              error(null, null, e);
              failed = total - made;
              end(Map.of());
              return Future.succeededFuture();
            });
  }

  private Future<Map<String, String>> knownIds() {
    return parts
        .documents()
        .newest(project.id())
        .compose(
            all ->
                all.stream()
                    .filter(it -> it.type().equals(Traceability.TYPE))
                    .filter(it -> it.mimeType().equals(Traceability.MIME))
                    .filter(it -> it.fileSize() <= Traceability.MOST_BYTES)
                    .findFirst()
                    .map(this::ids)
                    .orElseGet(() -> Future.succeededFuture(Map.of())));
  }

  private Future<Map<String, String>> ids(Document traces) {
    return parts
        .documents()
        .content(project.id(), traces.id())
        .compose(body -> body.collect(Traceability.MOST_BYTES))
        .map(Traceability::ids);
  }

  private Future<Void> all(Facts facts) {
    Future<Void> done = Future.succeededFuture();
    for (Wanted each : wanted) {
      done = done.compose(v -> document(each, facts));
    }
    return done;
  }

  private Future<Void> document(Wanted each, Facts facts) {
    DocumentKind kind = each.kind();
    log.append("document_generating", Map.of("type", kind.text(), "title", kind.title()));
    Future<Paper> written = workers.executeBlocking(() -> kind.write(facts), false);
    if (parts.editor() != null) {
      written = written.compose(parts.editor()::edit);
    }
    return written.transform(
        paper -> {
          Future<Void> done = Future.succeededFuture();
          for (Format format : each.formats()) {
            done =
                done.compose(
                    v ->
                        paper.failed()
                            ? fail(kind, format, paper.cause())
                            : file(kind, format, paper.result()));
          }
          return done;
        });
  }

  private Future<Void> file(DocumentKind kind, Format format, Paper paper) {
    log.append(
        "document_progress",
        Map.of(
            "type",
            kind.text(),
            "format",
            format.text(),
            "percent",
            (made + failed) * 100 / total));
    return workers
        .executeBlocking(() -> Buffer.buffer(DocumentFiles.make(paper, format)), false)
        .timeout(FILE_SECONDS, TimeUnit.SECONDS)
        .compose(
            bytes ->
                keep(
                    kind.text(),
                    kind.title(),
                    format.mime(),
                    fileName(kind.text(), format.end()),
                    bytes))
        .<Void>map(
            document -> {
              made++;
              Map<String, Object> data = new LinkedHashMap<>();
              data.put("type", kind.text());
              data.put("format", format.text());
              data.put("document", document);
              log.append("document_complete", data);
              return null;
            })
        .recover(e -> fail(kind, format, e));
  }

  private Future<Document> keep(
      String type, String title, String mime, String fileName, Buffer bytes) {
    return parts
        .documents()
        .add(project.id(), new Documents.New(type, title, fileName, mime, true), bytes);
  }

  /** Letters of any script, digits and hyphens. */
  private String fileName(String type, String end) {
    String slug =
        project
            .title()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{M}\\p{Nd}]+", "-")
            .replaceAll("^-|-$", "");
    String cut =
        slug.codePoints()
            .limit(60)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return (cut.isEmpty() ? "project" : cut) + "-" + type.replace('_', '-') + "." + end;
  }

  private Future<Void> fail(DocumentKind kind, Format format, Throwable cause) {
    failed++;
    error(kind, format, cause);
    return Future.succeededFuture();
  }

  private void error(DocumentKind kind, Format format, Throwable cause) {
    boolean told = cause instanceof ApiException;
    if (!told) {
      LOG.warn("cannot make a document of {}", project.id(), cause);
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("type", kind == null ? null : kind.text());
    data.put("format", format == null ? null : format.text());
    data.put(
        "detail",
        told ? ((ApiException) cause).problem().detail() : "The server could not make it.");
    log.append("document_error", data);
  }

  private Future<Void> keepTraces(Facts facts) {
    return workers
        .executeBlocking(() -> Traceability.write(facts), false)
        .compose(
            bytes ->
                keep(
                    Traceability.TYPE,
                    "Traceability",
                    Traceability.MIME,
                    fileName(Traceability.TYPE, "json"),
                    bytes))
        .mapEmpty();
  }

  private Future<Void> ended(Facts facts) {
    return completes(facts)
        .map(
            completed -> {
              Map<String, Object> data = new LinkedHashMap<>();
              data.put("requirements", facts.requirements().size());
              data.put("drift", facts.drift().size());
              data.put("verified", facts.verified());
              data.put("project_completed", completed);
              end(data);
              return null;
            });
  }

  /** A project is completed by what was verified, with the documents that tell of it. */
  private Future<Boolean> completes(Facts facts) {
    if (!facts.verified()) {
      return Future.succeededFuture(false);
    }
    return parts
        .documents()
        .newest(project.id())
        .compose(
            all -> {
              Set<String> types = all.stream().map(Document::type).collect(Collectors.toSet());
              return DocumentKind.COMPLETING.stream()
                      .map(DocumentKind::text)
                      .allMatch(types::contains)
                  ? parts.projects().complete(project.id(), account)
                  : Future.succeededFuture(false);
            });
  }

  private void end(Map<String, Object> more) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("project_id", project.id().toString());
    data.put("success", failed == 0);
    data.put("made", made);
    data.put("failed", failed);
    data.putAll(more);
    log.end("all_documents_complete", data);
  }
}
