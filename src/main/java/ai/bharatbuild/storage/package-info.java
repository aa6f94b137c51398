/** The port for objects that are kept for good, and nothing of who keeps them. */
package ai.bharatbuild.storage;
