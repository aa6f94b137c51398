package ai.bharatbuild.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When a play's model was busy, and how long the server took with each file. Safe on any thread.
 */
final class ModelTimes {
  private static final double MILLION = 1e6;

  private record Span(long from, long to) {}

  private final Map<String, List<Span>> busy = new HashMap<>();
  private final Map<String, Long> written = new HashMap<>();
  private final List<Double> files = new ArrayList<>();

  /** A question came. */
  synchronized void asked(Question question, long nanos) {
    Long since = written.remove(question.path());
    if (since != null && !question.failed()) {
      files.add((nanos - since) / MILLION);
    }
  }

  /** Its answer is out. */
  synchronized void answered(Question question, Reply reply, long from, long to) {
    busy.computeIfAbsent(question.stage(), stage -> new ArrayList<>()).add(new Span(from, to));
    if (question.path() != null
        && reply instanceof Reply.Call call
        && call.tool().equals("write_file")) {
      written.put(question.path(), to);
    }
  }

  /** From the end of each answer that had a file to the next question, in milliseconds. */
  synchronized List<Double> files() {
    return List.copyOf(files);
  }

  /** How long at least one question of a stage was open, in milliseconds. */
  synchronized double busy(String stage) {
    long sum = 0;
    long end = Long.MIN_VALUE;
    List<Span> spans = new ArrayList<>(busy.getOrDefault(stage, List.of()));
    spans.sort(java.util.Comparator.comparingLong(Span::from));
    for (Span span : spans) {
      sum += Math.max(0, span.to() - Math.max(end, span.from()));
      end = Math.max(end, span.to());
    }
    return sum / MILLION;
  }
}
