package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotSpec;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Writes a specification as the launcher reads it; docs/oneshot.md has the format. */
final class Request {
  private static final Buffer CANCEL = frame('Q', Buffer.buffer());

  private Request() {}

  static Buffer of(OneShotSpec spec, Map<String, String> own) {
    Map<String, String> environment = new HashMap<>(own);
    environment.put("HOME", OneShotRuntime.WORK);
    environment.putAll(spec.environment());
    Buffer request = Buffer.buffer();
    append(request, 'L', Buffer.buffer(limits(spec.limits())));
    environment.forEach((name, value) -> append(request, 'e', Buffer.buffer(name + "=" + value)));
    spec.argv().forEach(word -> append(request, 'a', Buffer.buffer(word)));
    spec.files()
        .forEach(
            (path, content) ->
                append(request, 'f', Buffer.buffer(path + "\0").appendBuffer(content)));
    if (spec.stdin().length() > 0) {
      append(request, 'i', spec.stdin());
    }
    append(request, 'G', Buffer.buffer());
    return request;
  }

  /** What ends a command that was started. */
  static Buffer cancel() {
    return CANCEL.copy();
  }

  private static byte[] limits(OneShotSpec.Limits limits) {
    return ("wall_ms=%d\0cpu_ms=%d\0memory=%d\0pids=%d\0cpus_milli=%d\0file=%d\0max_output=%d\0")
        .formatted(
            limits.wall().toMillis(),
            limits.cpu().toMillis(),
            limits.memoryBytes(),
            limits.pids(),
            Math.round(limits.cpus() * 1000),
            limits.diskBytes(),
            limits.maxOutput())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static Buffer frame(char type, Buffer payload) {
    Buffer frame = Buffer.buffer();
    append(frame, type, payload);
    return frame;
  }

  private static void append(Buffer request, char type, Buffer payload) {
    request.appendByte((byte) type).appendInt(payload.length()).appendBuffer(payload);
  }
}
