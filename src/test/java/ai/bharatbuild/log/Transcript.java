package ai.bharatbuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that what a reader is given is the log: every event once, in order, or counted as missed.
 */
final class Transcript {
  private static final Pattern RECORD = Pattern.compile("id: (\\d+)\ndata: ([^\n]+)\n\n");

  private long last;
  private long missed;
  private long missedBytes;
  private long missedThrough;
  private long given;

  Transcript(long lastEventId) {
    this.last = lastEventId;
  }

  void add(String records) {
    Matcher record = RECORD.matcher(records);
    int at = 0;
    while (record.find()) {
      assertThat(record.start()).isEqualTo(at);
      at = record.end();
      check(Long.parseLong(record.group(1)), record.group(2));
    }
    assertThat(at).as("whole records only").isEqualTo(records.length());
  }

  private void check(long id, String json) {
    if (!json.startsWith("{\"type\":\"gap\"")) {
      assertThat(id).isEqualTo(last + 1);
      assertThat(json).isEqualTo(LogBench.json(id).toString());
      last = id;
      given++;
      return;
    }
    JsonObject gap = new JsonObject(json).getJsonObject("data");
    long to = gap.getLong("to");
    assertThat(gap.getLong("from")).isEqualTo(last + 1).isLessThanOrEqualTo(to);
    assertThat(id).isEqualTo(to);
    assertThat(gap.getLong("bytes")).isEqualTo(LogBench.rawBetween(last + 1, to));
    missed += to - last;
    missedBytes += gap.getLong("bytes");
    missedThrough = to;
    last = to;
  }

  long last() {
    return last;
  }

  long missed() {
    return missed;
  }

  long missedThrough() {
    return missedThrough;
  }

  long missedBytes() {
    return missedBytes;
  }

  long given() {
    return given;
  }
}
