package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.problem.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Runs a project's commands in its sandbox and tells what was seen. A project is verified only if
 * every planned command exited 0 within its limit, no runner of tests says that a test failed, that
 * none ran or that there were fewer than before, the planned path answered twice in a row with the
 * planned status while what serves went on, and the sources stayed what they were meanwhile.
 *
 * <p>One serves a whole server. Blocks; for virtual threads of runs.
 */
public final class Verifier {
  private final VerifyLimits limits;
  private final Installs installs = new Installs();

  public Verifier(VerifyLimits limits) {
    this.limits = limits;
  }

  /**
   * Verifies what is in the run's workspace, and tells the run's log of each step. What fails comes
   * back as a diagnosis, also where the server itself could not do it; only what ends the run is
   * thrown.
   *
   * @param known where that is little, all that the project's ZIP leaves out is removed first
   */
  public Verification verify(RunScope scope, Plan plan, Known known) {
    Verification verification;
    try {
      verification = passes(scope, plan, known);
    } catch (ApiException e) {
      verification = notPossible(e);
    }
    new Told(scope).verification(verification);
    return verification;
  }

  private Verification passes(RunScope scope, Plan plan, Known known) {
    Pass pass = new Pass(scope, plan, limits, installs, known);
    Verification verification = pass.run();
    Known now = new Known(true, known.tests());
    if (pass.needsInstall()) {
      pass.forgetInstall();
      pass = new Pass(scope, plan, limits, installs, now);
      verification = pass.run();
    }
    if (!verification.evidence().verified() || pass.disturbed().isEmpty()) {
      return verification;
    }
    // Commands that write sources write the same ones again; only others still differ.
    pass = new Pass(scope, plan, limits, installs, now);
    verification = pass.run();
    Set<String> disturbed = pass.disturbed();
    return verification.evidence().verified() && !disturbed.isEmpty()
        ? disturbed(verification, disturbed)
        : verification;
  }

  private static Verification disturbed(Verification verification, Set<String> paths) {
    Evidence seen = verification.evidence();
    Evidence evidence =
        new Evidence(
            false,
            seen.at(),
            seen.image(),
            seen.tree(),
            seen.written(),
            seen.steps(),
            seen.probe());
    return new Verification(evidence, Diagnoses.disturbed(paths), verification.tree());
  }

  private static Verification notPossible(ApiException failure) {
    Evidence evidence = new Evidence(false, Instant.now(), null, null, List.of(), List.of(), null);
    return new Verification(evidence, Diagnoses.notPossible(failure.problem().detail()), null);
  }
}
