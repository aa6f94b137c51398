package ai.bharatbuild.agents.llm.replay;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.wire.Transport;
import ai.bharatbuild.agents.llm.wire.WireExchange;
import ai.bharatbuild.agents.llm.wire.WireHead;
import ai.bharatbuild.agents.llm.wire.WireRequest;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Plays a recording back. A request gets what was answered to the same one; when it was made more
 * than once, in the order of the recording. Calls made at the same time may so come in any order. A
 * request that was not recorded fails, and is told where it differs from the one that was next.
 * Safe on any thread.
 */
public final class ReplayTransport implements Transport {
  private final List<Recording> left;

  private ReplayTransport(List<Recording> recordings) {
    this.left = new ArrayList<>(recordings);
  }

  /** Reads a recording's directory. Fails when it holds none, or a broken one. */
  public static Future<ReplayTransport> load(Vertx vertx, Path directory) {
    return vertx.executeBlocking(() -> new ReplayTransport(read(directory)), false);
  }

  private static List<Recording> read(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Recording> recordings = new ArrayList<>();
      for (Path file :
          files.filter(path -> path.toString().endsWith(Recording.SUFFIX)).sorted().toList()) {
        try {
          recordings.add(Recording.of(Json.parse(Buffer.buffer(Files.readAllBytes(file)))));
        } catch (IOException | IllegalArgumentException e) {
          throw new IOException(file.getFileName() + " is not a recording: " + e.getMessage(), e);
        }
      }
      if (recordings.isEmpty()) {
        throw new IOException("there is no recording in " + directory.getFileName());
      }
      recordings.sort(Comparator.comparingInt(Recording::number));
      return recordings;
    }
  }

  @Override
  public synchronized WireExchange send(WireRequest request) {
    JsonNode form = Canonical.form(request);
    String hash = Canonical.hash(form);
    for (Iterator<Recording> it = left.iterator(); it.hasNext(); ) {
      Recording recording = it.next();
      if (recording.hash().equals(hash)) {
        it.remove();
        return new Played(recording);
      }
    }
    return new Played(
        new Recording(
            0,
            form,
            null,
            List.of(),
            new ModelException(ModelException.Kind.INVALID_REQUEST, difference(form))));
  }

  /** Numbers of the exchanges that nobody asked for. */
  public synchronized List<Integer> unplayed() {
    return left.stream().map(Recording::number).toList();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  private String difference(JsonNode form) {
    if (left.isEmpty()) {
      return "The recording is over, and one more request was made.";
    }
    Recording next = left.getFirst();
    return "The request was not recorded. It differs from number %d: %s"
        .formatted(next.number(), String.join("; ", Canonical.differences(next.request(), form)));
  }

  private static final class Played implements WireExchange {
    private final Recording recording;
    private int next;

    Played(Recording recording) {
      this.recording = recording;
    }

    @Override
    public Future<WireHead> head() {
      return recording.head() == null
          ? Future.failedFuture(recording.failure())
          : Future.succeededFuture(recording.head());
    }

    @Override
    public Future<Buffer> read() {
      if (next < recording.pieces().size()) {
        return Future.succeededFuture(recording.pieces().get(next++));
      }
      return recording.failure() == null
          ? Future.succeededFuture()
          : Future.failedFuture(recording.failure());
    }

    @Override
    public void cancel() {
      next = recording.pieces().size();
    }
  }
}
