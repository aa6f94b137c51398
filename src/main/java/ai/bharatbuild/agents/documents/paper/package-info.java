/** What a document consists of, whatever the format of its file. */
package ai.bharatbuild.agents.documents.paper;
