package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.ProseEditor.Kept;
import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A generation on disk: a file of JSON lines that is only added to. The first is the request;
 * others are events, numbered by their order, and what was written. From it another process goes
 * on. A disk that takes no more is told to the log and holds up nothing; such a generation does not
 * outlive its server. Blocks; has one writer.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Path file;
  private FileChannel channel;
  private boolean failing;

  /** An event of the generation. */
  record Event(String type, Map<String, Object> data) {}

  /** One member is there, the others are null. */
  private record Line(GenerationRequest request, Event event, Kept kept) {}

  /**
   * What a file holds.
   *
   * @param kept what was written, by key
   */
  record Past(GenerationRequest request, List<Event> events, Map<String, Kept> kept) {
    static Past none(GenerationRequest request) {
      return new Past(request, List.of(), Map.of());
    }

    boolean ended() {
      return !events.isEmpty() && events.getLast().type().equals(GenerationLog.END);
    }
  }

  /** The file is made, or added to, when something is kept. */
  Journal(Path file) {
    this.file = file;
  }

  void begin(GenerationRequest request) {
    add("request", request);
  }

  void add(Event event) {
    add("event", event);
  }

  void add(Kept kept) {
    add("kept", kept);
  }

  private void add(String what, Object value) {
    if (failing) {
      return;
    }
    byte[] line = Json.encode(Map.of(what, value)).appendString("\n").getBytes();
    try {
      if (channel == null) {
        channel = open();
      }
      for (ByteBuffer bytes = ByteBuffer.wrap(line); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      failing = true;
      LOG.warn("documents are made that would not outlive this server", e);
    }
  }

  /** A line that a killed server did not write to its end is cut off. */
  private FileChannel open() throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel opened =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      byte[] content = Files.readAllBytes(file);
      opened.truncate(whole(content));
      return opened.position(whole(content));
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private static int whole(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** What a file holds; null where there is none, or nothing in it. */
  static Past read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    GenerationRequest request = null;
    List<Event> events = new ArrayList<>();
    Map<String, Kept> kept = new LinkedHashMap<>();
    String lines = new String(content, 0, whole(content), StandardCharsets.UTF_8);
    for (String each : lines.lines().toList()) {
      Line line = Json.MAPPER.readValue(each, Line.class);
      if (line.request() != null) {
        request = line.request();
      } else if (line.event() != null) {
        events.add(line.event());
      } else if (line.kept() != null) {
        kept.put(line.kept().key(), line.kept());
      }
    }
    return request == null ? null : new Past(request, List.copyOf(events), kept);
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.warn("a file of documents cannot be closed", e);
      }
    }
  }
}
