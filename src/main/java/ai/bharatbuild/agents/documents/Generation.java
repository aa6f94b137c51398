package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.content.Known;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Document;
import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.Project;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the documents of a project, one file after another, and tells how it goes: plain sequential
 * code on a virtual thread of its own. What its log says was made is not made again.
 */
final class Generation {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
  private static final int FILE_SECONDS = 180;

  private final DocumentParts parts;
  private final WorkerExecutor workers;
  private final GenerationRequest request;
  private final GenerationLog log;
  private final Prose prose;
  private final Runnable check;
  private final int total;

  /**
   * @param prose writes sections anew; null where nobody does
   * @param check throws {@link ai.bharatbuild.agents.work.RunStoppedException} when the generation
   *     is to stop
   */
  Generation(
      DocumentParts parts,
      WorkerExecutor workers,
      GenerationRequest request,
      GenerationLog log,
      Prose prose,
      Runnable check) {
    this.parts = parts;
    this.workers = workers;
    this.request = request;
    this.log = log;
    this.prose = prose;
    this.check = check;
    this.total = request.wanted().stream().mapToInt(it -> it.formats().size()).sum();
  }

  /** Works to the last event, which tells how it ended, or until it is to stop. */
  void run(Supplier<Project> project) {
    try {
      work(project);
    } catch (RuntimeException e) {
      // What fails because the server stops is no failure.
      check.run();
      error(null, null, e);
      end(total - log.count(GenerationLog.MADE), Map.of());
    }
  }

  private void work(Supplier<Project> source) {
    if (!log.told("documents_starting")) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("project_id", request.project().toString());
      data.put("generation_id", request.byRun() ? null : request.id());
      data.put("types", request.wanted().stream().map(it -> it.kind().text()).toList());
      data.put("total", total);
      log.tell("documents_starting", data);
    }
    Project project = source.get();
    Facts facts =
        Await.of(parts.facts().of(project, request.owner(), knownIds(project), request.at()));
    ProseEditor editor = new ProseEditor(prose, Known.of(facts), log.kept(), log::keep);
    for (Wanted each : request.wanted()) {
      document(project, each, facts, editor);
    }
    check.run();
    keepTraces(project, facts);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("requirements", facts.requirements().size());
    data.put("drift", facts.drift().size());
    data.put("verified", facts.verified());
    data.put("project_completed", completes(project, facts));
    end(log.count(GenerationLog.FAILED), data);
  }

  private Map<String, String> knownIds(Project project) {
    Optional<Document> traces =
        Await.of(parts.documents().newest(project.id())).stream()
            .filter(it -> it.type().equals(Traceability.TYPE))
            .filter(it -> it.mimeType().equals(Traceability.MIME))
            .filter(it -> it.fileSize() <= Traceability.MOST_BYTES)
            .findFirst();
    return traces.isEmpty()
        ? Map.of()
        : Await.of(
            parts
                .documents()
                .content(project.id(), traces.get().id())
                .compose(body -> body.collect(Traceability.MOST_BYTES))
                .map(Traceability::ids));
  }

  private void document(Project project, Wanted each, Facts facts, ProseEditor editor) {
    DocumentKind kind = each.kind();
    List<Format> open =
        each.formats().stream()
            .filter(it -> !log.told(GenerationLog.MADE, kind, it))
            .filter(it -> !log.told(GenerationLog.FAILED, kind, it))
            .toList();
    if (open.isEmpty()) {
      return;
    }
    check.run();
    log.once("document_generating", kind, null, data("type", kind.text(), "title", kind.title()));
    Paper paper;
    try {
      paper = written(kind, Await.of(later(() -> kind.write(facts))), editor);
    } catch (RuntimeException e) {
      check.run();
      open.forEach(format -> error(kind, format, e));
      return;
    }
    open.forEach(format -> file(project, kind, format, paper));
  }

  private Paper written(DocumentKind kind, Paper draft, ProseEditor editor) {
    ProseEditor.Edited edited = editor.edit(kind, draft);
    if (prose != null) {
      log.once(
          "document_prose",
          kind,
          null,
          data(
              "type",
              kind.text(),
              "author",
              prose.author(),
              "written",
              edited.written(),
              "left",
              edited.left().entrySet().stream()
                  .map(it -> data("section", it.getKey(), "detail", it.getValue()))
                  .toList()));
    }
    return edited.paper();
  }

  private void file(Project project, DocumentKind kind, Format format, Paper paper) {
    check.run();
    int done = log.count(GenerationLog.MADE) + log.count(GenerationLog.FAILED);
    Map<String, Object> file = data("type", kind.text(), "format", format.text());
    Map<String, Object> progress = new LinkedHashMap<>(file);
    progress.put("percent", done * 100 / total);
    log.once("document_progress", kind, format, progress);
    try {
      Buffer bytes =
          Await.of(
              later(() -> Buffer.buffer(DocumentFiles.make(paper, format)))
                  .timeout(FILE_SECONDS, TimeUnit.SECONDS));
      check.run();
      file.put(
          "document", keep(project, kind.text(), kind.title(), format.mime(), format.end(), bytes));
      log.tell(GenerationLog.MADE, file);
    } catch (RuntimeException e) {
      check.run();
      error(kind, format, e);
    }
  }

  private <T> Future<T> later(Callable<T> work) {
    return workers.executeBlocking(work, false);
  }

  private Document keep(
      Project project, String type, String title, String mime, String end, Buffer bytes) {
    Documents.New document =
        new Documents.New(type, title, FileNames.of(project.title(), type, end), mime, true);
    return Await.of(parts.documents().add(project.id(), document, bytes));
  }

  private void error(DocumentKind kind, Format format, Throwable cause) {
    boolean told = cause instanceof ApiException;
    if (!told) {
      LOG.warn("cannot make a document of {}", request.project(), cause);
    }
    log.tell(
        GenerationLog.FAILED,
        data(
            "type",
            kind == null ? null : kind.text(),
            "format",
            format == null ? null : format.text(),
            "detail",
            told ? ((ApiException) cause).problem().detail() : "The server could not make it."));
  }

  private void keepTraces(Project project, Facts facts) {
    keep(
        project,
        Traceability.TYPE,
        "Traceability",
        Traceability.MIME,
        "json",
        Await.of(later(() -> Traceability.write(facts))));
  }

  /** A project is completed by what was verified, with the documents that tell of it. */
  private boolean completes(Project project, Facts facts) {
    if (!facts.verified()) {
      return false;
    }
    Set<String> types =
        Await.of(parts.documents().newest(project.id())).stream()
            .map(Document::type)
            .collect(Collectors.toSet());
    return DocumentKind.COMPLETING.stream().map(DocumentKind::text).allMatch(types::contains)
        && Await.of(parts.projects().complete(project.id(), request.account()));
  }

  private void end(int failed, Map<String, Object> more) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("project_id", request.project().toString());
    data.put("success", failed == 0);
    data.put("made", log.count(GenerationLog.MADE));
    data.put("failed", failed);
    data.putAll(more);
    // What a run's calls cost the run tells.
    if (!request.byRun()) {
      data.put("cost", log.cost());
    }
    log.tell(GenerationLog.END, data);
  }

  /** Names and values in turn; values may be null. */
  private static Map<String, Object> data(Object... pairs) {
    Map<String, Object> data = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put((String) pairs[i], pairs[i + 1]);
    }
    return data;
  }
}
