package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Block.Heading;
import ai.bharatbuild.agents.documents.paper.Block.Paragraph;
import ai.bharatbuild.agents.documents.paper.Paper;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets somebody write named sections of a document better. What comes back is taken only when it
 * names the same requirements as the draft, and is marked; tables, lists and diagrams stay.
 */
public final class ProseEditor {
  private static final Logger LOG = LoggerFactory.getLogger(ProseEditor.class);
  private static final Pattern ID = Pattern.compile("REQ-\\d{3,8}");
  private static final int LONGEST = 6_000;

  private final Prose prose;
  private final Set<String> sections;

  /**
   * @param sections headings, without numbers, of those that may be written anew
   */
  public ProseEditor(Prose prose, Set<String> sections) {
    this.prose = prose;
    this.sections = Set.copyOf(sections);
  }

  /** The document with its sections written anew, one after another. Never fails. */
  public Future<Paper> edit(Paper paper) {
    Future<Paper> edited = Future.succeededFuture(paper);
    for (Block block : paper.blocks()) {
      if (block instanceof Heading heading && sections.contains(heading.text())) {
        edited = edited.compose(now -> section(now, heading));
      }
    }
    return edited;
  }

  private Future<Paper> section(Paper paper, Heading heading) {
    int from = paper.blocks().indexOf(heading) + 1;
    int to = from;
    while (to < paper.blocks().size() && paper.blocks().get(to) instanceof Paragraph) {
      to++;
    }
    if (to == from) {
      return Future.succeededFuture(paper);
    }
    int end = to;
    String draft =
        paper.blocks().subList(from, to).stream()
            .map(block -> ((Paragraph) block).text())
            .collect(Collectors.joining("\n"));
    return prose
        .write(paper.title(), heading.text(), draft)
        .map(text -> accepted(draft, text) ? with(paper, from, end, text) : paper)
        .otherwise(
            e -> {
              LOG.warn("section {} stays as it is: {}", heading.text(), e.toString());
              return paper;
            });
  }

  private static boolean accepted(String draft, String text) {
    return text != null
        && !text.isBlank()
        && text.length() <= LONGEST
        && ids(text).equals(ids(draft));
  }

  private static Set<String> ids(String text) {
    return ID.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Paper with(Paper paper, int from, int to, String text) {
    List<Block> blocks = new ArrayList<>(paper.blocks().subList(0, from));
    Texts.clean(text, LONGEST)
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> blocks.add(new Paragraph(line.strip(), true)));
    blocks.addAll(paper.blocks().subList(to, paper.blocks().size()));
    return new Paper(paper.title(), paper.project(), paper.at(), blocks, paper.slides());
  }
}
