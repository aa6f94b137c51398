package ai.bharatbuild.billing;

import java.util.UUID;

/**
 * Whom a call is about.
 *
 * @param owner the same user as the owner of workspaces
 */
record Account(UUID id, String owner) {}
