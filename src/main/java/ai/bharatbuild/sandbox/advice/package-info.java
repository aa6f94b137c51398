/**
 * What is known to be risky about a shell command. The command is parsed as a shell would, its
 * wrappers are taken off and its simple variables replaced, and rules look at each program that
 * would be started. This is advice for people and the audit log: the sandbox protects the host.
 */
package ai.bharatbuild.sandbox.advice;
