package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.documents.Prose;
import ai.bharatbuild.agents.documents.ProseException;
import ai.bharatbuild.agents.documents.content.Known;
import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.Message.Speaker;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.work.RunStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the small model write sections of documents. All that it is told of the project is data: the
 * owner's words and names of files may be anybody's.
 */
public final class ModelProse implements Prose {
  private static final Logger LOG = LoggerFactory.getLogger(ModelProse.class);
  private static final int ANSWER_TOKENS = 1_500;

  private final String author;
  private final Function<ModelRequest, ModelAnswer> model;

  /**
   * @param name what the model is called
   * @param model asks it and waits; sees to retries, prices and budgets, and throws {@link
   *     ModelException}
   */
  public ModelProse(String name, Function<ModelRequest, ModelAnswer> model) {
    this.author = "the language model " + name;
    this.model = model;
  }

  @Override
  public String author() {
    return author;
  }

  @Override
  public String write(Section section) {
    ModelAnswer answer;
    try {
      answer = model.apply(request(section));
    } catch (ModelException e) {
      LOG.warn("section {} stays as the template has it: {}", section.heading(), e.toString());
      throw failed(e.kind());
    } catch (RunStoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("section {} stays as the template has it", section.heading(), e);
      throw failed(ModelException.Kind.SERVER_ERROR);
    }
    return switch (answer.reason()) {
      case END_TURN, STOP_SEQUENCE -> answer.text();
      case REFUSAL -> throw new ProseException("the language model refused to write it", false);
      default -> throw new ProseException("the language model's answer was cut off", false);
    };
  }

  private static ProseException failed(ModelException.Kind kind) {
    return switch (kind) {
      case BUDGET -> new ProseException("the budget for the language model was used up", true);
      case AUTHENTICATION, BILLING, INVALID_REQUEST ->
          new ProseException("the language model's provider rejected the call", true);
      case TOO_LARGE -> new ProseException("the facts are too much for the language model", true);
      case REFUSED -> new ProseException("the language model refused to write it", false);
      case RATE_LIMITED, OVERLOADED, SERVER_ERROR, TIMEOUT, DROPPED, MALFORMED, CANCELLED ->
          new ProseException("the language model did not answer", true);
    };
  }

  /** The facts come first and are the same for all sections, so a provider may keep them. */
  private static ModelRequest request(Section section) {
    List<Message> messages = new ArrayList<>();
    messages.add(new Message(Speaker.USER, List.of(new Block.Text(facts(section.known()))), true));
    messages.add(Message.assistant("I have read the facts. Which section shall I write?"));
    messages.add(Message.user(task(section)));
    if (section.refused() != null) {
      String text = section.refused().text().strip();
      messages.add(Message.assistant(text.isEmpty() ? "(no text)" : text));
      messages.add(
          Message.user(
              "That cannot be taken: %s. Write the whole section again without that."
                  .formatted(section.refused().fault())));
    }
    return new ModelRequest(
        ModelRole.SMALL,
        List.of(new SystemBlock(Prompts.prose(), true)),
        messages,
        List.of(),
        ANSWER_TOKENS,
        null,
        List.of(),
        /* restartable= */ true);
  }

  private static String facts(Known known) {
    return "The project:\n"
        + Fence.around("facts", Masking.text(known.words()))
        + "\n\nValues, by the names that stand for them:\n"
        + Fence.around("values", Masking.text(values(known.values())));
  }

  private static String values(Map<String, String> values) {
    return values.entrySet().stream()
        .map(it -> "{{" + it.getKey() + "}} = " + it.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static String task(Section section) {
    return "Write the section “%s” of the document “%s”. A template says this there:\n%s"
        .formatted(
            section.heading(),
            section.document(),
            Fence.around("draft", Masking.text(section.draft())));
  }
}
