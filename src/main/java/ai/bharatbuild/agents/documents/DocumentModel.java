package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.usage.UsageRecorder;
import java.util.Map;
import java.util.function.Function;

/**
 * The language model that writes prose for documents.
 *
 * @param models its rows of the table, one for each role
 * @param rupees what one unit of its currency is in rupees, in which usage is counted
 * @param usage keeps what its calls cost
 * @param budgets what accounts and keys have left
 * @param prose makes whoever writes, of what asks the model and waits
 */
public record DocumentModel(
    LanguageModel model,
    Map<ModelRole, ModelEntry> models,
    double rupees,
    UsageRecorder usage,
    Budgets budgets,
    Function<Function<ModelRequest, ModelAnswer>, Prose> prose) {}
