/**
 * Documents of projects, written from facts: what they are, how they are made, and the calls on
 * them.
 */
package ai.bharatbuild.agents.documents;
