package ai.bharatbuild.agents.documents.facts;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.files.WorkspacePath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that documents are written from. Equal givens make equal facts.
 *
 * @param plan null where there is none that can be read
 * @param files sorted by path
 * @param verification null where there is none
 * @param stale whether the files are others than those that were verified
 * @param ids of requirements by their keys, past ones too; to be given again the next time
 */
public record Facts(
    ProjectFacts project,
    Plan plan,
    List<SourceFile> files,
    List<Requirement> requirements,
    Verification verification,
    boolean stale,
    List<Drift> drift,
    Map<String, String> ids,
    Instant at) {

  private static final Set<String> OURS = Set.of(PlanJson.FILE, "VERIFICATION.md");

  /** Derives requirements and drift. Pure. */
  public static Facts of(Given given) {
    List<SourceFile> files =
        given.files().stream().sorted(Comparator.comparing(SourceFile::path)).toList();
    Given sorted =
        new Given(
            given.project(),
            given.plan(),
            given.planFault(),
            files,
            given.verification(),
            given.knownIds(),
            given.at());
    boolean stale =
        given.verification() != null && !given.verification().filesDigest().equals(digest(files));
    List<Requirement> requirements = Requirements.derive(sorted, stale);
    Map<String, String> ids = new TreeMap<>(given.knownIds());
    requirements.forEach(it -> ids.put(it.key(), it.id()));
    return new Facts(
        given.project(),
        given.plan(),
        files,
        requirements,
        given.verification(),
        stale,
        Drifts.find(sorted, requirements, stale),
        ids,
        given.at());
  }

  /**
   * SHA-256, in hexadecimal, of the files' contents and paths as {@code sha256sum} prints them; the
   * same as {@code Evidence.tree} of equal files. What runs write by themselves is left out.
   */
  public static String digest(List<SourceFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.stream()
          .filter(file -> !OURS.contains(file.path()))
          .sorted(Comparator.comparing(SourceFile::path, WorkspacePath.BYTE_ORDER))
          .map(file -> file.sha256() + "  " + file.path() + '\n')
          .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether what is here now was seen to work. */
  public boolean verified() {
    return verification != null && verification.verified() && !stale;
  }

  /** What the project is to do: the plan's summary, or the owner's words. */
  public String summary() {
    if (plan != null) {
      return Texts.clean(plan.summary(), 4000);
    }
    String said = project.description();
    return said.isEmpty() ? "Nobody has described this project yet." : said;
  }

  public long lines() {
    return files.stream().mapToLong(SourceFile::lines).sum();
  }

  public List<SourceFile> tests() {
    return files.stream().filter(SourceFile::isTest).toList();
  }

  /** How many requirements have which result. */
  public long count(Requirement.Result result) {
    return requirements.stream().filter(it -> it.result() == result).count();
  }

  /** Lines by language, the most first. */
  public List<Map.Entry<String, Long>> languages() {
    return files.stream()
        .filter(it -> it.lines() > 0)
        .collect(
            Collectors.groupingBy(
                SourceFile::language, TreeMap::new, Collectors.summingLong(SourceFile::lines)))
        .entrySet()
        .stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .toList();
  }
}
