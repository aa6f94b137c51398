package ai.bharatbuild.bench;

import java.nio.charset.StandardCharsets;

/** Reads as much of an HTTP answer as a load generator must: that it is a 200, and its length. */
final class AnswerHead {
  private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);

  private AnswerHead() {}

  /**
   * Bytes of the whole answer, or -1 while its head is incomplete. Another status, or a body whose
   * length is not told, is a failure.
   */
  static int wholeLength(byte[] answer) {
    for (int i = 0; i < Math.min(OK.length, answer.length); i++) {
      if (answer[i] != OK[i]) {
        throw new BenchFailure("an answer that is not 200");
      }
    }
    int length = -1;
    for (int i = OK.length; i + 3 < answer.length; i++) {
      if (answer[i] != '\r') {
        continue;
      }
      if (answer[i + 2] == '\r' && answer[i + 3] == '\n') {
        if (length < 0) {
          throw new BenchFailure("an answer without a length");
        }
        return i + 4 + length;
      }
      if (isLength(answer, i)) {
        length = number(answer, i + LENGTH.length);
      }
    }
    return -1;
  }

  private static boolean isLength(byte[] answer, int at) {
    if (at + LENGTH.length > answer.length) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      int b = answer[at + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] answer, int from) {
    int value = 0;
    for (int i = from; i < answer.length && answer[i] != '\r'; i++) {
      if (answer[i] != ' ') {
        value = value * 10 + answer[i] - '0';
      }
    }
    return value;
  }
}
