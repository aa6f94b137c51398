package ai.bharatbuild.agents.runs;

/** What a run says of its stages, for people. */
final class StageMessages {
  private StageMessages() {}

  static String of(RunStage stage, RunRequest request) {
    return switch (stage) {
      case UNDERSTAND -> "Looking at the workspace.";
      case PLAN -> "Planning.";
      case APPROVE -> "Going on with the approved plan.";
      case WRITE -> "Writing files.";
      case VERIFY -> "Installing, building, testing and running the project in its sandbox.";
      case FIX -> "Repairing.";
      case DOCUMENT ->
          request.documents() ? "Writing documents from what was verified." : "Finishing.";
      case DONE -> "Done.";
    };
  }
}
