package ai.bharatbuild.jobs;

import java.time.Instant;

/**
 * A workspace as other features see it.
 *
 * @param userId owner; to anybody else it does not exist
 * @param incarnation changes when the id is used anew
 * @param job whether a job owns it, or it was made for a container
 * @param expired whether its job has expired: then there are no files
 * @param expiresAt when it is swept
 */
public record WorkspaceInfo(
    String id,
    String userId,
    String incarnation,
    boolean job,
    boolean expired,
    Instant expiresAt) {}
