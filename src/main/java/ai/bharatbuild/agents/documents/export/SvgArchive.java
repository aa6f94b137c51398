package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The diagrams of a document as SVG, each beside what it was drawn from. */
public final class SvgArchive implements Exporter {
  @Override
  public byte[] export(Paper paper) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    int number = 0;
    for (Figure figure : paper.figures()) {
      String name = "%d-%s".formatted(++number, slug(figure.caption()));
      Optional<Drawing> drawing = Drawings.of(figure);
      drawing.ifPresent(it -> files.put(name + ".svg", it.svg()));
      files.put(name + ".puml", figure.diagram().getBytes(StandardCharsets.UTF_8));
    }
    return Archive.of(files, paper.at());
  }

  private static String slug(String caption) {
    String head = caption.split(":", 2)[0].toLowerCase(Locale.ROOT);
    return head.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
