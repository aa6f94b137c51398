package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.problem.ApiException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Repairs by rules, which cost nothing and are tried before models. A rule speaks up only where it
 * is certain: packages are taken from a table and never by the name that an import happens to have,
 * since a name that somebody made up may be anybody's package.
 */
public final class Repairs {
  private static final List<Rule> RULES =
      List.of(
          NpmRules::missingTypes,
          NpmRules::missingPackage,
          NpmRules::builtin,
          NpmRules::missingScript,
          ModuleRules::imports,
          ModuleRules::requires,
          PythonRules::missingModule,
          PythonRules::tabs,
          GoRules::missingModule,
          GoRules::unusedImports,
          OtherRules::carriageReturns,
          OtherRules::port);

  private Repairs() {}

  /**
   * The first rule's repair; empty where no rule knows one, or a rule already changed something at
   * this failure: then the rule was wrong.
   *
   * @param before repairs of the run
   */
  public static Optional<RuleRepair> find(
      Diagnosis wrong, Workspace workspace, List<Repair> before) {
    boolean tried =
        before.stream()
            .anyMatch(
                earlier ->
                    earlier.by().equals(Repair.RULE)
                        && !earlier.changed().isEmpty()
                        && earlier.signature().equals(wrong.signature()));
    return tried ? Optional.empty() : find(wrong, new Read(workspace));
  }

  static Optional<RuleRepair> find(Diagnosis wrong, Rule.Files files) {
    for (Rule rule : RULES) {
      Optional<Rule.Proposal> proposal = rule.propose(wrong, files);
      if (proposal.isPresent()) {
        return proposal.map(found -> repair(wrong, found, files));
      }
    }
    return Optional.empty();
  }

  private static RuleRepair repair(Diagnosis wrong, Rule.Proposal found, Rule.Files files) {
    Map<String, String> seen = new HashMap<>();
    for (String path : found.edits().keySet()) {
      files.text(path).ifPresent(text -> seen.put(path, text));
    }
    return new RuleRepair(wrong.signature(), seen, new TreeMap<>(found.edits()), found.reason());
  }

  /** Files of a workspace, each read at most once. */
  private static final class Read implements Rule.Files {
    private final Workspace workspace;
    private final Set<String> paths;
    private final Map<String, Optional<String>> texts = new HashMap<>();

    Read(Workspace workspace) {
      this.workspace = workspace;
      this.paths =
          workspace.files().stream().map(Workspace.Entry::path).collect(Collectors.toSet());
    }

    @Override
    public Set<String> paths() {
      return paths;
    }

    @Override
    public Optional<String> text(String path) {
      return paths.contains(path) ? texts.computeIfAbsent(path, this::read) : Optional.empty();
    }

    private Optional<String> read(String path) {
      try {
        return workspace.read(path).flatMap(Repairs::decode);
      } catch (ApiException e) {
        // Too large to be a source.
        return Optional.empty();
      }
    }
  }

  private static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
