package ai.bharatbuild.sandbox;

/**
 * A resumable command that a sandbox still holds: it runs, or its end was not released yet.
 *
 * @param outputs pieces of output that it has given so far, since its start
 * @param acknowledged pieces that were acknowledged; later ones can still be had
 */
public record HeldExec(String execId, boolean running, long outputs, long acknowledged) {}
