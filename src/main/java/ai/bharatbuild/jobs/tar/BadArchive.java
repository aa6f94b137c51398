package ai.bharatbuild.jobs.tar;

import ai.bharatbuild.problem.ApiException;

/** How callers are told that their archive is refused. */
public final class BadArchive {
  private static final int SHOWN = 200;

  private BadArchive() {}

  /** 400 for the archive as a whole; {@code what} goes on after "The archive". */
  public static ApiException whole(String what) {
    return ApiException.badRequest("invalid_archive", "The archive " + what + ".");
  }

  /** 400 for one entry; {@code what} goes on after its name. */
  public static ApiException entry(String name, String what) {
    return ApiException.badRequest(
        "invalid_archive", "The archive's entry '" + shown(name) + "' " + what + ".");
  }

  /** A name as it can stand in a sentence, whatever it holds. */
  public static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    if (clean.codePointCount(0, clean.length()) <= SHOWN) {
      return clean;
    }
    return clean.substring(0, clean.offsetByCodePoints(0, SHOWN)) + "...";
  }
}
