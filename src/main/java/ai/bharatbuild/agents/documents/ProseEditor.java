package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.ProseCheck.Checked;
import ai.bharatbuild.agents.documents.content.Known;
import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Block.Heading;
import ai.bharatbuild.agents.documents.paper.Block.Paragraph;
import ai.bharatbuild.agents.documents.paper.Block.Paragraph.Source;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Has the drafts of documents written anew, where somebody can, and notes at the end of each
 * document who wrote its text. What is not taken stays as the template has it. For one generation,
 * on one thread.
 */
final class ProseEditor {
  static final String NOBODY =
      "The text of this document was filled in from templates and the project's facts; no language"
          + " model is configured.";

  private static final String TEMPLATE =
      "The text of this document was filled in from templates and the project's facts.";

  private final Prose prose;
  private final Known known;
  private final ProseCheck check;
  private final Map<String, Kept> kept;
  private final Consumer<Kept> keeper;
  private String off;

  /**
   * What was written of a section, or why it was not; asked for once in a generation.
   *
   * @param key of the section in its document
   * @param answer with names of values; null where none can be taken
   * @param why null where there is an answer
   */
  record Kept(String key, String answer, String why) {}

  /**
   * What came of a document.
   *
   * @param written headings of sections that were written anew
   * @param left those that stay as they were, with the reason
   */
  record Edited(Paper paper, List<String> written, Map<String, String> left) {}

  /**
   * @param prose null where there is none
   * @param kept what was written before, by key
   * @param keeper is told what was written, to keep it
   */
  ProseEditor(Prose prose, Known known, Map<String, Kept> kept, Consumer<Kept> keeper) {
    this.prose = prose;
    this.known = known;
    this.check = new ProseCheck(known);
    this.kept = kept;
    this.keeper = keeper;
  }

  Edited edit(DocumentKind kind, Paper paper) {
    return prose == null
        ? new Edited(paper.with(paper.blocks(), NOBODY), List.of(), Map.of())
        : new OneDocument(kind, paper).edit();
  }

  /** The sections of one document, in order. */
  private final class OneDocument {
    private final DocumentKind kind;
    private final Paper paper;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final Map<String, String> left = new LinkedHashMap<>();

    OneDocument(DocumentKind kind, Paper paper) {
      this.kind = kind;
      this.paper = paper;
    }

    Edited edit() {
      String heading = "";
      for (int at = 0; at < paper.blocks().size(); ) {
        Block block = paper.blocks().get(at);
        int end = endOfDraft(paper.blocks(), at);
        if (end > at) {
          blocks.addAll(section(heading, paper.blocks().subList(at, end)));
          at = end;
        } else {
          heading = block instanceof Heading it ? it.text() : heading;
          blocks.add(block);
          at++;
        }
      }
      return new Edited(paper.with(blocks, remark(written, left)), written, left);
    }

    private List<Block> section(String heading, List<Block> draft) {
      String text =
          draft.stream().map(it -> ((Paragraph) it).text()).collect(Collectors.joining("\n"));
      String key = kind.text() + "/" + heading;
      Kept said = kept.get(key);
      if (said == null && off == null) {
        said = ask(key, new Prose.Section(paper.title(), heading, text, known, null));
      }
      if (said == null || said.answer() == null) {
        left.put(heading, said == null ? off : said.why());
        return draft;
      }
      // Facts may be others than when it was written.
      Checked checked = check.check(text, said.answer());
      if (checked.fault() != null) {
        left.put(heading, refusal(checked.fault()));
        return draft;
      }
      written.add(heading);
      return checked
          .text()
          .lines()
          .filter(line -> !line.isBlank())
          .<Block>map(line -> new Paragraph(line.strip(), Source.MODEL))
          .toList();
    }
  }

  private static int endOfDraft(List<Block> blocks, int from) {
    int end = from;
    while (end < blocks.size()
        && blocks.get(end) instanceof Paragraph it
        && it.source() == Source.DRAFT) {
      end++;
    }
    return end;
  }

  /** Asks, and once more where the answer cannot be taken; null where nobody can be asked. */
  private Kept ask(String key, Prose.Section section) {
    Kept said;
    try {
      String first = prose.write(section);
      Checked checked = check.check(section.draft(), first);
      String text = checked.fault() == null ? first : again(section, first, checked.fault());
      Checked last = check.check(section.draft(), text);
      said =
          last.fault() == null
              ? new Kept(key, text, null)
              : new Kept(key, null, refusal(last.fault()));
    } catch (ProseException e) {
      if (e.lasting()) {
        off = e.getMessage();
        return null;
      }
      said = new Kept(key, null, e.getMessage());
    }
    kept.put(key, said);
    keeper.accept(said);
    return said;
  }

  private String again(Prose.Section section, String text, String fault) {
    return prose.write(
        new Prose.Section(
            section.document(),
            section.heading(),
            section.draft(),
            known,
            new Prose.Refused(text, fault)));
  }

  private static String refusal(String fault) {
    return "what the language model wrote was not taken, since " + fault;
  }

  private String remark(List<String> written, Map<String, String> left) {
    StringBuilder remark = new StringBuilder();
    if (written.isEmpty()) {
      remark.append(TEMPLATE);
    } else {
      remark
          .append("† Written by ")
          .append(prose.author())
          .append(" from the project's facts; ids, figures and results were filled in by code.");
    }
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    left.forEach(
        (heading, why) -> byReason.computeIfAbsent(why, k -> new ArrayList<>()).add(heading));
    byReason.forEach(
        (why, headings) ->
            remark
                .append(" As the template has it: ")
                .append(String.join(", ", headings))
                .append(" (")
                .append(why)
                .append(")."));
    return remark.toString();
  }
}
