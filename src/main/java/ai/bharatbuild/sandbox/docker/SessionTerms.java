package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecSpec;
import ai.bharatbuild.sandbox.Resumption;
import java.time.Duration;

/**
 * What a session must know of its command.
 *
 * @param maxOutput bytes of output that the agent may send; 0 for any number
 * @param window whether the agent keeps output until it is acknowledged
 * @param attached whether an earlier server began it
 * @param outputs pieces of output that the earlier server had
 */
record SessionTerms(
    String execId,
    Duration timeout,
    boolean stdin,
    boolean pty,
    long maxOutput,
    boolean window,
    boolean attached,
    long outputs) {

  /**
   * @param window whether the way to the agent can keep the command over a restart
   */
  static SessionTerms of(ExecSpec spec, boolean window) {
    boolean pty = spec.pty() != null;
    return new SessionTerms(
        spec.execId(),
        spec.timeout(),
        spec.stdin() || pty,
        pty,
        spec.maxOutput(),
        window && spec.resumable(),
        false,
        0);
  }

  static SessionTerms of(Resumption from) {
    return new SessionTerms(
        from.execId(), from.timeout(), from.stdin(), from.pty(), 0, true, true, from.outputs());
  }
}
