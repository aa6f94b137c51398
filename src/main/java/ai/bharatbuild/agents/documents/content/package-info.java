/** Writes documents from facts alone: the same facts, the same words. */
package ai.bharatbuild.agents.documents.content;
