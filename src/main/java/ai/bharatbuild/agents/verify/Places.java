package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Diagnosis.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where in a project's files an output says that something is wrong. */
final class Places {
  private static final int MOST = 10;
  private static final int LONG = 1000;

  /** A name with an extension, and a line number as tools write it. */
  private static final Pattern PLACE =
      Pattern.compile(
          "(?<![\\w./@-])(?<path>(?:(?:\\.{0,2}/)?[\\w@.+-]+/(?:[\\w@.+()\\[\\]-]+/)*\\[?)?"
              + "[\\w@.+\\]-]+\\.[A-Za-z]\\w{0,9})(?::\\[?(?<a>\\d+)|\\((?<b>\\d+),\\d+\\)|\", line"
              + " (?<c>\\d+)| on line (?<d>\\d+))");

  /** ESLint names a file on a line of its own, and below it where. */
  private static final Pattern FILE =
      Pattern.compile("^(?:/workspace/)?[\\w@./-]+\\.[a-z]\\w{0,5}$");

  private static final Pattern BELOW = Pattern.compile("^\\s+(\\d+):\\d+\\s+error\\s");

  private final Set<String> files;
  private final Set<Place> found = new LinkedHashSet<>();

  private Places(Set<String> files) {
    this.files = files;
  }

  /**
   * Places on the lines, in their order.
   *
   * @param files the project's, by which names without a directory are completed; where they are
   *     not known, every path that could be one of the project counts
   */
  static List<Place> in(List<String> lines, Set<String> files) {
    Places places = new Places(files);
    String file = null;
    for (String line : lines) {
      if (places.found.size() >= MOST) {
        break;
      }
      Matcher below = BELOW.matcher(line);
      if (FILE.matcher(line).matches()) {
        file = line;
      } else if (file != null && below.find()) {
        places.add(file, below.group(1));
      } else {
        places.line(line);
      }
    }
    return places.found.stream().limit(MOST).toList();
  }

  private void line(String line) {
    Matcher place = PLACE.matcher(Output.head(line, LONG).replace("file://", ""));
    while (place.find()) {
      for (String group : new String[] {"a", "b", "c", "d"}) {
        if (place.group(group) != null) {
          add(place.group("path"), place.group(group));
        }
      }
    }
  }

  private void add(String written, String line) {
    String path = inside(written);
    if (path != null && line.length() < 8) {
      found.add(new Place(path, Integer.parseInt(line)));
    }
  }

  /** The path within the project; null for what is not in it. */
  private String inside(String written) {
    String path = written;
    if (path.startsWith("/workspace/")) {
      path = path.substring("/workspace/".length());
    } else if (path.startsWith("./")) {
      path = path.substring(2);
    } else if (path.startsWith("/")) {
      return null;
    }
    if (path.startsWith("../") || ("/" + path).matches(".*/(?:node_modules|\\.venv|vendor)/.*")) {
      return null;
    }
    if (files.isEmpty() || files.contains(path)) {
      return path;
    }
    return only(path);
  }

  /** The one file whose path ends so: tools name packages' files without their directory. */
  private String only(String end) {
    List<String> ending = new ArrayList<>();
    for (String file : files) {
      if (file.endsWith("/" + end)) {
        ending.add(file);
      }
    }
    return ending.size() == 1 ? ending.getFirst() : null;
  }
}
