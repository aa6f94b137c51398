package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecSpec;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * The frames that the server sends to the agent of a sandbox: type, four bytes of length, payload.
 */
final class AgentFrames {
  static final int MAX_PAYLOAD = 65_536;

  /** What the agent takes as the start of a command, arguments and environment included. */
  static final int MAX_START = 1 << 20;

  static final int HEADER = 5;

  /** Bytes of output that the agent keeps until they are acknowledged. */
  private static final int OUTPUT_WINDOW = 1 << 20;

  /** How long a command may run, or its end be kept, while there is no server. */
  private static final Duration LINGER = Duration.ofHours(24);

  private AgentFrames() {}

  /** Ends the whole process tree. */
  static Buffer cancel() {
    return frame('Q', Buffer.buffer());
  }

  static Buffer signal(int number) {
    return frame('K', Buffer.buffer(Integer.toString(number)));
  }

  static Buffer endOfInput() {
    return frame('C', Buffer.buffer());
  }

  /** At most {@link #MAX_PAYLOAD} bytes for the command's input. */
  static Buffer input(Buffer bytes) {
    return frame('I', bytes);
  }

  /** The terminal's new size. */
  static Buffer resize(ExecSpec.Pty size) {
    return frame('Z', Buffer.buffer(text(size)));
  }

  /** All output frames up to this one are safe; one more than there are means the report, too. */
  static Buffer acknowledge(long frame) {
    return frame('A', Buffer.buffer(Long.toString(frame)));
  }

  /** First on a connection: goes on with a session after so many frames of output. */
  static Buffer attach(String execId, long frames) {
    Buffer text = Buffer.buffer();
    put(text, "id", execId);
    put(text, "frames", Long.toString(frames));
    return frame('a', text);
  }

  /** First on a connection: asks something short. */
  static Buffer question(String... words) {
    Buffer text = Buffer.buffer();
    for (String word : words) {
      put(text, "arg", word);
    }
    return frame('?', text);
  }

  /**
   * The frames that start a command on the agent's socket.
   *
   * @throws IllegalArgumentException as {@link #start} does
   */
  static Buffer startOnSocket(ExecSpec spec, Map<String, String> environment, int uid, int gid) {
    Buffer text = Buffer.buffer();
    put(text, "id", spec.execId());
    if (spec.resumable()) {
      put(text, "window", Integer.toString(OUTPUT_WINDOW));
      put(text, "linger_ms", Long.toString(LINGER.toMillis()));
    }
    return start(text, spec, environment, uid, gid);
  }

  /**
   * The frames that start a command over the engine, where the agent is told the session's name as
   * an argument.
   *
   * @throws IllegalArgumentException when the command and its environment are too long or hold a
   *     NUL
   */
  static Buffer start(ExecSpec spec, Map<String, String> environment, int uid, int gid) {
    return start(Buffer.buffer(), spec, environment, uid, gid);
  }

  private static Buffer start(
      Buffer text, ExecSpec spec, Map<String, String> environment, int uid, int gid) {
    put(text, "cwd", spec.workingDir());
    put(text, "uid", Integer.toString(uid));
    put(text, "gid", Integer.toString(gid));
    put(text, "timeout_ms", Long.toString(spec.timeout().toMillis()));
    put(text, "max_output", Long.toString(spec.maxOutput()));
    put(text, "stdin", spec.stdin() || spec.pty() != null ? "1" : "0");
    put(text, "kill_children", spec.killChildren() ? "1" : "0");
    if (!spec.cpuTime().isZero()) {
      put(text, "cpu_ms", Long.toString(spec.cpuTime().toMillis()));
    }
    if (spec.pty() != null) {
      put(text, "pty", text(spec.pty()));
    }
    environment.forEach((name, value) -> put(text, "env", name + "=" + value));
    spec.argv().forEach(argument -> put(text, "arg", argument));
    if (text.length() > MAX_START) {
      throw new IllegalArgumentException("the command and its environment are over 1 MiB");
    }
    return split(text);
  }

  private static String text(ExecSpec.Pty size) {
    return size.columns() + "x" + size.rows();
  }

  private static Buffer split(Buffer text) {
    Buffer frames = Buffer.buffer(text.length() + 64);
    int at = 0;
    while (text.length() - at > MAX_PAYLOAD) {
      frames.appendBuffer(frame('s', text.slice(at, at + MAX_PAYLOAD)));
      at += MAX_PAYLOAD;
    }
    return frames.appendBuffer(frame('S', text.slice(at, text.length())));
  }

  private static void put(Buffer text, String key, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL character in " + key);
    }
    text.appendString(key).appendString("=");
    text.appendBytes(value.getBytes(StandardCharsets.UTF_8)).appendByte((byte) 0);
  }

  private static Buffer frame(char type, Buffer payload) {
    return Buffer.buffer(HEADER + payload.length())
        .appendByte((byte) type)
        .appendInt(payload.length())
        .appendBuffer(payload);
  }
}
