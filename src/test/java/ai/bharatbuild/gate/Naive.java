package ai.bharatbuild.gate;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What servers do that did not think of it: the other side of the controls. */
final class Naive {
  private static final int ANSWER_BYTES = 4 << 20;

  private Naive() {}

  /** Deletes a tree, following whatever leads on. */
  static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Whether the call is still not over after two seconds. */
  static boolean hangs(Callable<?> call) throws Exception {
    return hangs(call, 2);
  }

  /** Whether the call is still not over after so many seconds. */
  static boolean hangs(Callable<?> call, int seconds) throws Exception {
    CompletableFuture<Object> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                done.complete(call.call());
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    try {
      done.get(seconds, TimeUnit.SECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  /**
   * Sends bytes and gives what comes back until the other side closes, says nothing for 3 s, or 4
   * MB.
   */
  static String exchange(String host, int port, String bytes) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      socket.setSoTimeout(3_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[64 << 10];
      try {
        int count = in.read(buffer);
        while (count > 0 && answer.length() < ANSWER_BYTES) {
          answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
          count = in.read(buffer);
        }
      } catch (java.net.SocketTimeoutException e) {
        answer.append("");
      }
      return answer.toString();
    }
  }
}
