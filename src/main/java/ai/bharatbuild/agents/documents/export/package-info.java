/** Turns documents into files. Everything here blocks: keep it off event loops. */
package ai.bharatbuild.agents.documents.export;
