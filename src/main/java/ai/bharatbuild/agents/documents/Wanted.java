package ai.bharatbuild.agents.documents;

import java.util.Arrays;
import java.util.List;

/**
 * A kind of document with the formats that it is to be kept in.
 *
 * @param formats at least one, all of them the kind's
 */
record Wanted(DocumentKind kind, List<Format> formats) {
  Wanted {
    formats = List.copyOf(formats);
  }

  /** Each kind in its first format. */
  static List<Wanted> all() {
    return Arrays.stream(DocumentKind.values())
        .map(kind -> new Wanted(kind, kind.formats().subList(0, 1)))
        .toList();
  }
}
