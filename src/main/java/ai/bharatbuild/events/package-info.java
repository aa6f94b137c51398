/** What features tell each other of, without knowing each other. */
package ai.bharatbuild.events;
