package ai.bharatbuild.preview;

import java.util.Locale;

/** What a client would rather read, by its {@code Accept} header. */
final class Accept {
  private Accept() {}

  /**
   * Whether JSON is named and not wanted less than a page. Who takes anything at all gets the page,
   * which is meant for people, but who names JSON beside that is a program.
   */
  static boolean prefersJson(String header) {
    if (header == null) {
      return false;
    }
    double html = -1;
    double json = 0;
    double any = 0;
    for (String range : header.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = range.split(";", -1);
      String type = parts[0].strip();
      double weight = weight(parts);
      if (type.equals("*/*")) {
        any = Math.max(any, weight);
      } else if (type.equals("text/html") || type.equals("text/*")) {
        html = Math.max(html, weight);
      } else if (type.equals("application/json") || type.endsWith("+json")) {
        json = Math.max(json, weight);
      }
    }
    return json > 0 && (html < 0 ? json >= any : json > html);
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
