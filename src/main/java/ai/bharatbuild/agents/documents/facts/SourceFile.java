package ai.bharatbuild.agents.documents.facts;

/**
 * A file that is there now.
 *
 * @param lines 0 where the content was not read as text
 * @param sha256 of the content in hexadecimal; {@code size:} and the bytes where it was too large
 *     to be read
 */
public record SourceFile(String path, long bytes, int lines, String sha256) {
  public String language() {
    return Languages.of(path);
  }

  public boolean isTest() {
    return TestFiles.isTest(path);
  }
}
