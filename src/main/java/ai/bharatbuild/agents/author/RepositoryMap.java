package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.agents.work.Workspace.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What is in a project: paths, sizes, names, those first that have to do with a subject. Made from
 * the files as they are at one moment. Reading them is bounded; what is over the bounds is known by
 * its path alone.
 */
final class RepositoryMap {
  private static final int LARGEST_READ = 256 << 10;
  private static final long MOST_READ = 24L << 20;
  private static final int MOST_FILES = 5_000;
  private static final int MOST_NAMES = 12;
  private static final int LONGEST_SUBJECT = 20_000;
  private static final int MOST_DIRECTORIES = 20;

  private final List<SourceFile> files;

  private RepositoryMap(List<SourceFile> files) {
    this.files = files;
  }

  static RepositoryMap of(Workspace workspace) {
    List<SourceFile> files = new ArrayList<>();
    long read = 0;
    for (Entry entry : workspace.files()) {
      boolean looked =
          files.size() < MOST_FILES
              && entry.bytes() <= LARGEST_READ
              && read + entry.bytes() <= MOST_READ;
      String text =
          looked ? Looks.at(workspace, entry.path()).map(Content::text).orElse(null) : null;
      read += text == null ? 0 : entry.bytes();
      Set<String> used = text == null ? Set.of() : Names.used(text);
      files.add(
          new SourceFile(
              entry.path(),
              entry.bytes(),
              text == null ? List.of() : Names.defined(entry.path(), text),
              used,
              Names.words(used)));
    }
    return new RepositoryMap(files);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /**
   * All files, those first that have most to do with a subject.
   *
   * @param subject a prompt or an error
   * @param named paths that are known to matter
   */
  List<SourceFile> ranked(String subject, Collection<String> named) {
    String text = subject.substring(0, Math.min(subject.length(), LONGEST_SUBJECT));
    Set<String> paths = new java.util.HashSet<>(named);
    files.stream().map(SourceFile::path).filter(text::contains).forEach(paths::add);
    double[] weights = new Ranking(files).weights(Names.words(Names.used(text)), paths);
    return IntStream.range(0, files.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -weights[i])
                .thenComparing(i -> files.get(i).path()))
        .map(files::get)
        .toList();
  }

  /** The ranked files as text, as many as the tokens hold, and how many more lie where. */
  static String text(List<SourceFile> ranked, int tokens) {
    StringBuilder lines = new StringBuilder();
    int most = Tokens.characters(tokens);
    int shown = 0;
    for (SourceFile file : ranked) {
      String line = line(file);
      if (lines.length() + line.length() > most) {
        break;
      }
      lines.append(line);
      shown++;
    }
    return lines + rest(ranked.subList(shown, ranked.size()));
  }

  private static String line(SourceFile file) {
    List<String> names = file.defined();
    String told = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
    return "%s (%d bytes)%s%s\n"
        .formatted(
            file.path(),
            file.bytes(),
            told.isEmpty() ? "" : ": " + told,
            names.size() > MOST_NAMES ? ", …" : "");
  }

  private static String rest(List<SourceFile> left) {
    if (left.isEmpty()) {
      return "";
    }
    Map<String, Integer> directories = new TreeMap<>();
    for (SourceFile file : left) {
      int slash = file.path().lastIndexOf('/');
      directories.merge(slash < 0 ? "." : file.path().substring(0, slash), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder("and %d more files:".formatted(left.size()));
    directories.entrySet().stream()
        .limit(MOST_DIRECTORIES)
        .forEach(it -> text.append(" %s (%d)".formatted(it.getKey(), it.getValue())));
    return text.append(directories.size() > MOST_DIRECTORIES ? " …\n" : "\n").toString();
  }
}
