package ai.bharatbuild.agents.documents;

import java.util.Locale;

/** Names of the files of documents. */
final class FileNames {
  private static final int LONGEST = 60;

  private FileNames() {}

  /**
   * Letters of any script, digits and hyphens.
   *
   * @param end without the dot
   */
  static String of(String title, String type, String end) {
    String slug =
        title
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{M}\\p{Nd}]+", "-")
            .replaceAll("^-|-$", "");
    String cut =
        slug.codePoints()
            .limit(LONGEST)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return (cut.isEmpty() ? "project" : cut) + "-" + type.replace('_', '-') + "." + end;
  }
}
