/** What is known of a project, as plain values: the only source of its documents. */
package ai.bharatbuild.agents.documents.facts;
