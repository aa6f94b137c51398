package ai.bharatbuild.gate;

/** A runtime that programs are run in, once as it is and once with one defence taken away. */
interface Target {
  String name();

  /** Whether the program makes sense there. */
  boolean takes(Program program);

  /** Runs attack and control. */
  Case.Outcome run(Program program, Arena arena) throws Exception;

  default Case caseOf(Program program) {
    return new Case(
        program.name,
        program.kind,
        name(),
        program.defence.toString(),
        arena -> run(program, arena));
  }
}
