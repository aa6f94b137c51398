package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Paper;
import java.io.IOException;

/**
 * Makes a file of a document. Blocks for up to a few seconds. The same document gives the same
 * bytes.
 */
public interface Exporter {
  byte[] export(Paper paper) throws IOException;
}
