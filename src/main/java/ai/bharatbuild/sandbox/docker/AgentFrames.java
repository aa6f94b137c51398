package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecSpec;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The frames that the server sends to the agent of a sandbox: type, four bytes of length, payload.
 */
final class AgentFrames {
  static final int MAX_PAYLOAD = 65_536;

  /** What the agent takes as the start of a command, arguments and environment included. */
  static final int MAX_START = 1 << 20;

  static final int HEADER = 5;

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

  /**
   * The frames that start a command.
   *
   * @throws IllegalArgumentException when the command and its environment are too long or hold a
   *     NUL
   */
  static Buffer start(ExecSpec spec, Map<String, String> environment, int uid, int gid) {
    Buffer text = Buffer.buffer();
    put(text, "cwd", spec.workingDir());
    put(text, "uid", Integer.toString(uid));
    put(text, "gid", Integer.toString(gid));
    put(text, "timeout_ms", Long.toString(spec.timeout().toMillis()));
    put(text, "max_output", Long.toString(spec.maxOutput()));
    put(text, "stdin", spec.stdin() ? "1" : "0");
    put(text, "kill_children", spec.killChildren() ? "1" : "0");
    environment.forEach((name, value) -> put(text, "env", name + "=" + value));
    spec.argv().forEach(argument -> put(text, "arg", argument));
    if (text.length() > MAX_START) {
      throw new IllegalArgumentException("the command and its environment are over 1 MiB");
    }
    return split(text);
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
