package ai.bharatbuild.agents.plan;

import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.plan.Plan.Task;
import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.WorkspacePath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What must hold of a plan so that it can be carried out. */
final class PlanRules {
  private static final int MOST_TASKS = 100;
  private static final int MOST_FILES = 400;

  /** What runs write by themselves. */
  private static final Set<String> OURS = Set.of(PlanJson.FILE, "VERIFICATION.md");

  private final Plan plan;
  private final Faults faults;

  private PlanRules(Plan plan, Faults faults) {
    this.plan = plan;
    this.faults = faults;
  }

  static void check(Plan plan, Set<String> stacks, Faults faults) {
    PlanRules rules = new PlanRules(plan, faults);
    if (!stacks.contains(plan.stack())) {
      faults.add("/stack", "it must be one of " + stacks.stream().sorted().toList());
    }
    rules.tasks();
    rules.files();
    rules.proof();
  }

  private void tasks() {
    List<Task> tasks = plan.tasks();
    size("/tasks", tasks.size(), MOST_TASKS);
    Set<String> ids = unique("/tasks", "/id", tasks, Task::id);
    for (int i = 0; i < tasks.size(); i++) {
      needs("/tasks/" + i, tasks.get(i).id(), tasks.get(i).dependsOn(), ids, "task");
    }
    circle("/tasks", Order.circle(tasks, Task::id, Task::dependsOn));
  }

  private void files() {
    List<PlannedFile> files = plan.files();
    size("/files", files.size(), MOST_FILES);
    Set<String> paths = unique("/files", "/path", files, PlannedFile::path);
    Set<String> ids = new HashSet<>(plan.tasks().stream().map(Task::id).toList());
    for (int i = 0; i < files.size(); i++) {
      PlannedFile file = files.get(i);
      String at = "/files/" + i;
      path(at + "/path", file.path(), paths);
      needs(at, file.path(), file.dependsOn(), paths, "file");
      if (file.task() != null && !ids.contains(file.task())) {
        faults.add(at + "/task", "there is no task " + file.task());
      }
    }
    circle("/files", Order.circle(files, PlannedFile::path, PlannedFile::dependsOn));
  }

  private void path(String at, String path, Set<String> paths) {
    try {
      WorkspacePath.parse(path);
    } catch (FileFailure e) {
      faults.add(at, e.getMessage());
      return;
    }
    if (OURS.contains(path)) {
      faults.add(at, path + " is written by the run itself");
    }
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (paths.contains(path.substring(0, slash))) {
        faults.add(at, path.substring(0, slash) + " is a file of the plan, not a directory");
      }
    }
  }

  private void proof() {
    String fault = TestCommand.fault(plan.commands().test());
    if (fault != null) {
      faults.add(
          "/commands/test", "it " + fault + "; it must fail where a test fails or none runs");
    }
    boolean runs = plan.commands().run() != null;
    if (runs && plan.probe() == null) {
      faults.add("/probe", "it is missing: what is run must be proven alive by a port and a path");
    }
    if (!runs && plan.probe() != null) {
      faults.add("/commands/run", "it is missing, though there is a probe");
    }
    if (plan.probe() != null && !plan.probe().path().matches("/[!-~&&[^#\\\\]]*")) {
      faults.add("/probe/path", "it must begin with a slash, without spaces or #");
    }
  }

  private void size(String at, int size, int most) {
    if (size == 0) {
      faults.add(at, "there is none");
    } else if (size > most) {
      faults.add(at, "there are " + size + "; at most " + most + " are allowed");
    }
  }

  private <T> Set<String> unique(
      String at, String member, List<T> things, Function<T, String> name) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < things.size(); i++) {
      if (!names.add(name.apply(things.get(i)))) {
        faults.add(at + "/" + i + member, name.apply(things.get(i)) + " is there twice");
      }
    }
    return names;
  }

  private void needs(String at, String name, List<String> needs, Set<String> known, String what) {
    for (int i = 0; i < needs.size(); i++) {
      String needed = needs.get(i);
      if (needed.equals(name)) {
        faults.add(at + "/depends_on/" + i, name + " cannot depend on itself");
      } else if (!known.contains(needed)) {
        faults.add(at + "/depends_on/" + i, "there is no " + what + " " + needed);
      }
    }
  }

  private void circle(String at, List<String> names) {
    // What depends on itself was told already.
    if (names.size() > 2) {
      faults.add(at, "these depend on each other: " + String.join(" → ", names));
    }
  }
}
