/**
 * Tells users' own servers of what happens to what they own: {@link
 * ai.bharatbuild.events.DomainEvent domain events} become deliveries in the database, which are
 * sent until they arrive or too many attempts failed.
 */
package ai.bharatbuild.webhooks;
