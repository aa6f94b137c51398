package ai.bharatbuild.it;

import ai.bharatbuild.contract.ApiContract;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/** The events of an exec, in order. */
public record Events(String execId, List<Event> all) {

  /** One event with its number; 0 where it has none. */
  public record Event(long id, JsonObject json) {
    public String type() {
      return json.getString("type");
    }

    public String data() {
      return json.getString("data");
    }

    /** The bytes of an output event. */
    public byte[] bytes() {
      return "base64".equals(json.getString("encoding"))
          ? Base64.getDecoder().decode(data())
          : data().getBytes(StandardCharsets.UTF_8);
    }
  }

  public Event exit() {
    Event last = all.getLast();
    if (!last.type().equals("exit")) {
      throw new AssertionError("the last event is " + last);
    }
    return last;
  }

  public String cause() {
    return exit().json().getString("cause");
  }

  public Integer code() {
    return exit().json().getInteger("data");
  }

  public String stdout() {
    return new String(bytes("stdout"), StandardCharsets.UTF_8);
  }

  public String stderr() {
    return new String(bytes("stderr"), StandardCharsets.UTF_8);
  }

  public byte[] bytes(String stream) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    all.stream()
        .filter(event -> event.type().equals(stream))
        .forEach(event -> bytes.writeBytes(event.bytes()));
    return bytes.toByteArray();
  }

  public long count(String type) {
    return all.stream().filter(event -> event.type().equals(type)).count();
  }

  /** A stream that is being read. */
  public static final class Open implements AutoCloseable {
    private final String execId;
    private final HttpRequest request;
    private final InputStream body;
    private final BufferedReader reader;
    private final List<Event> seen = new ArrayList<>();

    Open(HttpResponse<InputStream> response) {
      this.execId = response.headers().firstValue("X-Exec-Id").orElse(null);
      this.request = response.request();
      this.body = response.body();
      this.reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    public String execId() {
      return execId;
    }

    /** The next event, or null at the end of the stream. */
    public Event next() {
      try {
        long id = 0;
        String line;
        while ((line = reader.readLine()) != null) {
          if (line.startsWith("id: ")) {
            id = Long.parseLong(line.substring("id: ".length()));
          } else if (line.startsWith("data: ")) {
            String data = line.substring("data: ".length());
            ApiContract.ofServer().checkEvent(request.method(), request.uri(), data);
            Event event = new Event(id, new JsonObject(data));
            seen.add(event);
            return event;
          }
        }
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public Event until(Predicate<Event> wanted) {
      for (Event event = next(); event != null; event = next()) {
        if (wanted.test(event)) {
          return event;
        }
      }
      throw new AssertionError("the stream ended after " + seen);
    }

    /** Reads until the stream ends; gives all events, those read before included. */
    public Events toEnd() {
      while (next() != null) {
        // The events are kept as they come.
      }
      return new Events(execId, List.copyOf(seen));
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
