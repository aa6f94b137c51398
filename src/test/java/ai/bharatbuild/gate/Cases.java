package ai.bharatbuild.gate;

import java.util.ArrayList;
import java.util.List;

/** Every case, in the order in which they are run. */
final class Cases {
  private static final List<Target> TARGETS = List.of(new DockerTarget(), new ProcessTarget());

  private Cases() {}

  static List<Case> all() {
    List<Case> all = new ArrayList<>();
    for (Target target : TARGETS) {
      programs().stream().filter(target::takes).map(target::caseOf).forEach(all::add);
    }
    all.addAll(OneShotCases.all());
    all.addAll(AgentCases.all());
    all.addAll(TakeoverCases.all());
    all.addAll(EscapeeCases.all());
    all.addAll(NetworkCases.all());
    all.addAll(PreviewCases.all());
    all.addAll(OriginCases.all());
    all.addAll(LinkCases.all());
    all.addAll(ArchiveCases.all());
    all.addAll(TarCases.all());
    all.addAll(NameCases.all());
    all.addAll(ForgeryCases.all());
    all.addAll(ResidueCases.all());
    all.addAll(FloodCases.all());
    all.addAll(TerminalCases.all());
    all.addAll(WatchCases.all());
    all.addAll(PoolCases.all());
    return all;
  }

  private static List<Program> programs() {
    List<Program> all = new ArrayList<>();
    all.addAll(ResourcePrograms.all());
    all.addAll(DiskPrograms.all());
    all.addAll(PrivilegePrograms.all());
    all.addAll(EnginePrograms.all());
    all.addAll(NetworkPrograms.all());
    all.addAll(CompilePrograms.all());
    return all;
  }
}
