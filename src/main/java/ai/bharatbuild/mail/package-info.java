/**
 * E-mail. Who wants to send one gives it to the {@link ai.bharatbuild.mail.MailQueue} and goes on;
 * {@link ai.bharatbuild.mail.Mailer} is the port to what carries it away.
 */
package ai.bharatbuild.mail;
