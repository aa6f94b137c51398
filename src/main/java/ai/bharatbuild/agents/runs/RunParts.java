package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.usage.UsageRecorder;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * What the verticles of all shards share.
 *
 * @param root directory of all runs; only the server may get at it
 * @param workers for their files
 * @param logs writes the logs of their events
 * @param author plans, writes and repairs
 * @param verifier runs what was written
 * @param documents makes documents of what was verified
 * @param stacks what a project can be made with here
 * @param model what {@code author} asks, or null for templates
 * @param models the model's rows of the table; empty for templates
 * @param currency of the models' prices
 * @param rupees what one unit of it is in rupees, in which usage is counted
 * @param budgets what accounts and keys have left
 * @param slots how many runs work at once on this server
 * @param waiting how many may wait for a slot
 */
public record RunParts(
    Bus bus,
    RunWorkspaces workspaces,
    Path root,
    FileWorkers workers,
    WorkerExecutor logs,
    Author author,
    Verifier verifier,
    RunDocuments documents,
    Set<String> stacks,
    LanguageModel model,
    Map<ModelRole, ModelEntry> models,
    String currency,
    double rupees,
    UsageRecorder usage,
    Budgets budgets,
    Semaphore slots,
    int waiting) {}
