package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;

/**
 * Port to what keeps {@link NetworkPolicy}s. A sandbox that was not admitted reaches nothing.
 * Methods may be called from any Vert.x context and never block. Where the host has no means to
 * keep policies ({@link #trouble()}) {@code ALLOW} is refused and {@code EGRESS} passes unpoliced.
 */
public interface Firewall {
  /**
   * To be called before a sandbox is made.
   *
   * @return a directory with the files {@code hosts} and {@code resolv.conf} to mount in its {@code
   *     /etc}, or null to leave names to the runtime. Fails with {@link
   *     RuntimeUnavailableException} when the policy cannot be kept
   */
  Future<Path> prepare(String incarnation, NetworkPolicy policy);

  /**
   * Puts the policy in force, whatever the sandbox or its address had before. Nothing may be run in
   * the sandbox until this has succeeded. A sandbox without an address needs none.
   */
  Future<Void> admit(Sandbox sandbox, NetworkPolicy policy);

  /** Like {@link #admit} for a sandbox that was admitted before, stopped, and started again. */
  Future<Void> readmit(Sandbox sandbox);

  /** The sandbox stopped: its address is not its own any more. */
  Future<Void> suspend(String handle);

  /** The sandbox is to be removed: it reaches nothing from now on, and is forgotten. */
  Future<Void> release(String handle);

  /** Forgets a sandbox that was prepared for and never made. */
  Future<Void> forget(String incarnation);

  /**
   * Brings the rules in line with what the runtime has after a restart of the server: those of
   * living sandboxes are in force without a gap, those of others go.
   */
  Future<Void> restore(List<Sandbox> all);

  /** Why policies cannot be kept and what to do, or null when they are. */
  String trouble();

  /** Ends the upkeep. The rules of sandboxes that go on running stay. */
  Future<Void> close();
}
