/** What happens to a user's things, told over a WebSocket, with resumption. */
package ai.bharatbuild.notifications;
