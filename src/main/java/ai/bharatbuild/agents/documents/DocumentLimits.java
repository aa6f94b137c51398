package ai.bharatbuild.agents.documents;

/**
 * What the language model may cost for the documents of one call, and what it may where the caller
 * says nothing.
 *
 * @param maxCostMicros millionths of the model's currency
 * @param maxTokens of all its calls
 */
public record DocumentLimits(long maxCostMicros, long maxTokens) {}
