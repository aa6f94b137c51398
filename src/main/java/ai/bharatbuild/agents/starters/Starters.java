package ai.bharatbuild.agents.starters;

import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The starter projects that come with the server, and which of them a prompt asks for. Immutable
 * and safe on any thread; reading files blocks for as long as reading from the jar takes.
 */
public final class Starters {
  /** In the order in which they win where a prompt speaks for several alike. */
  private static final List<String> IDS =
      List.of(
          "react-vite",
          "full-stack",
          "flask-api",
          "express-api",
          "java-maven",
          "go-service",
          "static-site");

  /** Build tools leave files of the other name out of jars. */
  private static final String STORED_GITIGNORE = "_gitignore";

  /** Technologies weigh more than what people build with them. */
  private static final int TECHNOLOGY = 10;

  private static final int TECHNOLOGIES = 4;

  private static final Set<String> FRONT = Set.of("react", "frontend", "front-end", "vite");
  private static final Set<String> BACK =
      Set.of("express", "backend", "back-end", "api", "server", "database");

  private final List<Starter> all;

  private Starters(List<Starter> all) {
    this.all = all;
  }

  /** Reads what there is. */
  public static Starters load() {
    return new Starters(IDS.stream().map(Starters::read).toList());
  }

  public List<Starter> all() {
    return all;
  }

  /**
   * The starter that a prompt's words speak for most. The same prompt always gets the same one; a
   * prompt that speaks for none gets a page in React.
   */
  public Starter choose(String prompt) {
    return choose(prompt, starter -> true).orElseThrow();
  }

  /** The same among some of them; empty where there is none. */
  public Optional<Starter> choose(String prompt, Predicate<Starter> among) {
    Set<String> words = words(prompt);
    Starter best = null;
    int most = -1;
    for (Starter starter : all) {
      int weight = weight(starter, words);
      if (weight > most && among.test(starter)) {
        best = starter;
        most = weight;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The bytes of one of a starter's files. */
  public byte[] content(Starter starter, String path) {
    if (!starter.files().contains(path)) {
      throw new IllegalArgumentException(starter.id() + " has no file " + path);
    }
    return bytes(starter.id() + "/files/" + path.replace(".gitignore", STORED_GITIGNORE));
  }

  private static int weight(Starter starter, Set<String> words) {
    int weight = 0;
    for (int i = 0; i < starter.words().size(); i++) {
      if (words.contains(starter.words().get(i))) {
        weight += i < TECHNOLOGIES ? TECHNOLOGY : 1;
      }
    }
    return starter.id().equals("full-stack") ? fullStack(words, weight) : weight;
  }

  /** Both halves named make a full stack, whatever else is said; one half alone never does. */
  private static int fullStack(Set<String> words, int weight) {
    boolean named = words.contains("fullstack") || words.contains("full-stack");
    boolean apart = words.contains("full") && words.contains("stack");
    boolean both =
        FRONT.stream().anyMatch(words::contains) && BACK.stream().anyMatch(words::contains);
    boolean otherBack =
        Stream.of("python", "flask", "java", "go", "golang").anyMatch(words::contains);
    if (named || apart || both && !otherBack) {
      return weight + 3 * TECHNOLOGY;
    }
    return 0;
  }

  private static Set<String> words(String prompt) {
    String[] words = prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}.-]+");
    Set<String> set = new HashSet<>();
    Arrays.stream(words).map(word -> word.replaceAll("^[.-]+|[.-]+$", "")).forEach(set::add);
    return set;
  }

  private static Starter read(String id) {
    try {
      return Json.MAPPER.readValue(bytes(id + "/starter.json"), Starter.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) {
    try (InputStream in = Starters.class.getResourceAsStream("/starters/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the resource starters/" + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
