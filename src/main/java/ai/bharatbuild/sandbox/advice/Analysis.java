package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import ai.bharatbuild.sandbox.advice.Invocation.Target;
import ai.bharatbuild.sandbox.advice.Syntax.Assignment;
import ai.bharatbuild.sandbox.advice.Syntax.Function;
import ai.bharatbuild.sandbox.advice.Syntax.Group;
import ai.bharatbuild.sandbox.advice.Syntax.Node;
import ai.bharatbuild.sandbox.advice.Syntax.Pipeline;
import ai.bharatbuild.sandbox.advice.Syntax.Redirect;
import ai.bharatbuild.sandbox.advice.Syntax.Script;
import ai.bharatbuild.sandbox.advice.Syntax.Simple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks through one command in the order in which a shell would run it and asks the rules. */
final class Analysis {
  /** Programs looked at: far more than people write, and done in some milliseconds. */
  private static final int MOST_PROGRAMS = 1_000;

  /** Programs that start one another, as in {@code sudo env nice …}. */
  private static final int MOST_WRAPPERS = 20;

  private final Set<Advice> findings = new LinkedHashSet<>();
  private Map<String, String> variables = new HashMap<>();
  private String cwd;
  private int depth;
  private int wrappers;
  private int programs;

  Analysis() {
    variables.put("HOME", String.valueOf(Marks.HOME));
    variables.put("IFS", " ");
  }

  Set<Advice> findings() {
    return findings;
  }

  void analyze(String command) {
    try {
      run(ShellParser.parse(command, 0), List.of());
    } catch (Cursor.ComplexityException e) {
      findings.add(
          new Advice(
              "complexity", Advice.Level.DANGEROUS, "The command is too complex to look into"));
    }
  }

  /** Gives all programs that the script starts, for those that read their output. */
  private List<Invocation> run(Script script, List<Invocation> upstream) {
    List<Invocation> started = new ArrayList<>();
    for (Pipeline pipeline : script.pipelines()) {
      List<Invocation> before = new ArrayList<>(upstream);
      for (Node stage : pipeline.stages()) {
        before.addAll(run(stage, List.copyOf(before)));
      }
      started.addAll(before.subList(upstream.size(), before.size()));
    }
    return started;
  }

  private List<Invocation> run(Node node, List<Invocation> upstream) {
    return switch (node) {
      case Simple simple -> simple(simple, upstream);
      case Group group -> group(group, upstream);
      case Function function -> {
        if (ForkBomb.isOne(function)) {
          findings.add(ForkBomb.ADVICE);
        }
        yield run(function.body(), List.of());
      }
    };
  }

  private List<Invocation> group(Group group, List<Invocation> upstream) {
    Map<String, String> outside = variables;
    String outsideCwd = cwd;
    if (group.subshell()) {
      variables = new HashMap<>(variables);
    }
    List<Invocation> started = new ArrayList<>(upstream);
    List<Target> redirects = targets(group.redirects());
    redirects.forEach(redirect -> started.addAll(redirect.file().sources()));
    List<Invocation> result = run(group.body(), List.copyOf(started));
    if (!redirects.isEmpty()) {
      check(new Invocation(new Field("", List.of()), "", List.of(), redirects, upstream, cwd));
    }
    if (group.subshell()) {
      variables = outside;
      cwd = outsideCwd;
    }
    return result;
  }

  private List<Invocation> simple(Simple simple, List<Invocation> upstream) {
    List<Field> fields = new ArrayList<>();
    simple.words().forEach(word -> fields.addAll(expander().fields(word)));
    List<Target> redirects = targets(simple.redirects());
    for (Assignment assignment : simple.assignments()) {
      variables.put(assignment.name(), expander().value(assignment.value()).text());
    }
    if (!fields.isEmpty()) {
      return start(fields, redirects, upstream);
    }
    check(new Invocation(new Field("", List.of()), "", List.of(), redirects, upstream, cwd));
    return List.of();
  }

  private List<Target> targets(List<Redirect> redirects) {
    return redirects.stream()
        .map(
            redirect ->
                new Target(
                    redirect.operator(), expander().value(redirect.target()), redirect.body()))
        .toList();
  }

  private Expander expander() {
    return new Expander(variables, this::substitute);
  }

  private Expander.Output substitute(Script script) {
    List<Invocation> started = new ArrayList<>();
    Group subshell = new Group(script, List.of(), true);
    started.addAll(group(subshell, List.of()));
    return new Expander.Output(started, Printed.by(started));
  }

  private List<Invocation> start(
      List<Field> fields, List<Target> redirects, List<Invocation> upstream) {
    String path = fields.getFirst().plain();
    String name = path.substring(path.lastIndexOf('/') + 1);
    List<Field> args = fields.subList(1, fields.size());
    Invocation program = new Invocation(fields.getFirst(), name, args, redirects, upstream, cwd);
    check(program);
    List<Invocation> started = new ArrayList<>(List.of(program));
    remember(program);
    List<Field> wrapped = Wrapper.wrapped(program);
    if (!wrapped.isEmpty()) {
      List<Field> line = new ArrayList<>(wrapped);
      if (program.named("xargs")) {
        Printed.fields(upstream).forEach(text -> line.add(new Field(text, List.of())));
      }
      if (++wrappers > MOST_WRAPPERS) {
        throw new Cursor.ComplexityException();
      }
      started.addAll(start(line, redirects, upstream));
      wrappers--;
    }
    FindCommand.started(program)
        .ifPresent(line -> started.addAll(start(line, List.of(), List.of())));
    for (String code : code(program)) {
      started.addAll(nested(code, upstream));
    }
    return started;
  }

  /** Shell text that this program runs, when it is known. */
  private static List<String> code(Invocation program) {
    List<String> code = new ArrayList<>();
    boolean shell = Interpreters.isShell(program) || program.named("eval", "su", "runuser");
    if (shell) {
      Interpreters.inline(program).ifPresent(text -> code.add(text.plain()));
    }
    if (program.named("env") && program.has("S", "--split-string")) {
      code.add(String.join(" ", program.operands().stream().map(Field::plain).toList()));
    }
    if (Interpreters.isShell(program) && Interpreters.readsInput(program)) {
      for (Target redirect : program.redirects()) {
        if (redirect.operator().equals("<<<")) {
          code.add(redirect.file().plain());
        } else if (redirect.body() != null) {
          code.add(redirect.body());
        }
      }
      code.add(Marks.plain(Printed.by(program.upstream())));
    }
    return code;
  }

  private List<Invocation> nested(String code, List<Invocation> upstream) {
    Group subshell = new Group(ShellParser.parse(code, ++depth), List.of(), true);
    List<Invocation> started = group(subshell, upstream);
    depth--;
    return started;
  }

  /** What later commands depend on. */
  private void remember(Invocation program) {
    if (program.named("cd", "pushd")) {
      List<Field> operands = program.operands();
      cwd = Paths.absolute(operands.isEmpty() ? "" + Marks.HOME : operands.getFirst().text(), cwd);
    }
    if (program.named("export", "declare", "local", "readonly", "typeset")) {
      for (Field arg : program.args()) {
        String[] assignment = arg.text().split("=", 2);
        if (assignment.length == 2) {
          variables.put(assignment[0], assignment[1]);
        }
      }
    }
  }

  private void check(Invocation program) {
    if (++programs > MOST_PROGRAMS) {
      throw new Cursor.ComplexityException();
    }
    for (Rule rule : Rule.ALL) {
      rule.check(program, findings::add);
    }
  }
}
