package ai.bharatbuild.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Distinct new files of 1 KB, and the requests that write them through the API. */
final class ManyFiles implements LoadClient.Requests {
  static final int BYTES = 1024;
  static final int IN_ONE_DIRECTORY = 100;
  private static final int VARIANTS = 16;
  private static final int DIGITS = 7;

  private final byte[][] contents = new byte[VARIANTS][];
  private final byte[][][] requests;
  private final int fileDigits;
  private final int directoryDigits;
  private int next;

  /** Files go to the jobs in turn, by connection. */
  ManyFiles(List<String> jobs) {
    this(jobs, null);
  }

  /** Written with an access token; null for none. */
  ManyFiles(List<String> jobs, String token) {
    requests = new byte[jobs.size()][VARIANTS][];
    for (int variant = 0; variant < VARIANTS; variant++) {
      String content = SourceText.of(variant, BYTES);
      contents[variant] = content.getBytes(StandardCharsets.US_ASCII);
      for (int job = 0; job < jobs.size(); job++) {
        requests[job][variant] = request(jobs.get(job), content, token);
      }
    }
    // Job ids are of one length, so the digits are at the same place in all requests.
    String sample = jobs.isEmpty() ? "" : new String(requests[0][0], StandardCharsets.US_ASCII);
    directoryDigits = sample.indexOf("src/m") + "src/m".length();
    fileDigits = sample.indexOf("/file-") + "/file-".length();
  }

  static String path(int number) {
    return "src/m%07d/file-%07d.ts".formatted(number / IN_ONE_DIRECTORY, number);
  }

  byte[] content(int number) {
    return contents[number % VARIANTS];
  }

  private static byte[] request(String job, String content, String token) {
    try {
      String body =
          new ObjectMapper().writeValueAsString(Map.of("path", path(0), "content", content));
      return ("POST /api/v1/jobs/"
              + job
              + "/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body)
          .getBytes(StandardCharsets.US_ASCII);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Buffer next(int connection) {
    int number = next++;
    byte[] request = requests[connection % requests.length][number % VARIANTS].clone();
    digits(request, directoryDigits, number / IN_ONE_DIRECTORY);
    digits(request, fileDigits, number);
    return Buffer.buffer(request);
  }

  private static void digits(byte[] into, int at, int number) {
    for (int i = DIGITS - 1, rest = number; i >= 0; i--, rest /= 10) {
      into[at + i] = (byte) ('0' + rest % 10);
    }
  }
}
