/**
 * Work that must not be lost: a durable queue in PostgreSQL, and the port for those who do it.
 * Knows nothing of what the work is.
 */
package ai.bharatbuild.tasks;
