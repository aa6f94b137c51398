package ai.bharatbuild.agents.documents;

import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.Projects;

/** What documents are made with. */
public record DocumentParts(Projects projects, Documents documents, FactsSource facts) {}
