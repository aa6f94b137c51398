package ai.bharatbuild.log;

/** The shape of UTF-8 sequences, as RFC 3629 has it: no overlong forms, no surrogates. */
final class Utf8 {
  /** The bytes given may begin a sequence, but end before it does. */
  static final int UNFINISHED = 0;

  static final int INVALID = -1;

  private Utf8() {}

  /** Length of the sequence at {@code at}, {@link #UNFINISHED} or {@link #INVALID}. */
  static int sequence(byte[] data, int at, int end) {
    int lead = data[at] & 0xff;
    if (lead < 0x80) {
      return 1;
    }
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4) {
      return INVALID;
    }
    if (at + 1 == end) {
      return UNFINISHED;
    }
    int second = data[at + 1] & 0xff;
    if (second < lowestSecond(lead) || second > highestSecond(lead)) {
      return INVALID;
    }
    for (int i = 2; i < length; i++) {
      if (at + i == end) {
        return UNFINISHED;
      }
      if ((data[at + i] & 0xc0) != 0x80) {
        return INVALID;
      }
    }
    return length;
  }

  private static int lowestSecond(int lead) {
    return switch (lead) {
      case 0xe0 -> 0xa0;
      case 0xf0 -> 0x90;
      default -> 0x80;
    };
  }

  private static int highestSecond(int lead) {
    return switch (lead) {
      case 0xed -> 0x9f;
      case 0xf4 -> 0x8f;
      default -> 0xbf;
    };
  }
}
