package ai.bharatbuild.bench;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Text that looks and packs like program source; the same for the same seed, plain ASCII. */
final class SourceText {
  private static final String[] WORDS =
      ("user item list task board column state value index count total price order filter query"
              + " result error message handler event request response client server token session"
              + " page limit offset title label color width height layout theme button input form"
              + " modal panel table row cell header footer menu route path file name type size date"
              + " time start end next previous first last open close save load fetch update remove"
              + " create delete select render mount effect memo context store action reducer")
          .split(" ");
  private static final String[] LINES = {
    "  const %s%s = use%s(%s, \"%s-%s\");\n",
    "  if (%s.%s === null || %s.%s.length > %s%s) {\n",
    "    return <%s %s={%s} on%s={() => set%s(%s)} />;\n",
    "  // The %s of a %s is kept beside its %s, %s and %s: %s.\n",
    "export function %s%s({ %s, %s }: %sProps): %s {\n",
    "    %s: %s.map((%s) => ({ ...%s, %s: '%s' })),\n",
    "import { %s, %s } from './%s/%s%s%s';\n",
  };

  private SourceText() {}

  static String of(long seed, int bytes) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(bytes + 120);
    while (text.length() < bytes) {
      Object[] words = new Object[6];
      for (int i = 0; i < words.length; i++) {
        words[i] =
            WORDS[random.nextInt(WORDS.length)]
                + (random.nextInt(4) == 0 ? random.nextInt(1000) : "");
      }
      text.append(LINES[random.nextInt(LINES.length)].formatted(words));
    }
    text.setLength(bytes - 1);
    return text.append('\n').toString();
  }

  static byte[] bytes(long seed, int bytes) {
    return of(seed, bytes).getBytes(StandardCharsets.US_ASCII);
  }
}
