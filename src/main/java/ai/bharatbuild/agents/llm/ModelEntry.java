package ai.bharatbuild.agents.llm;

/**
 * A row of the table of models.
 *
 * @param provider {@code anthropic}, {@code gemini} or {@code openai}
 * @param name as the provider wants it
 * @param contextTokens what input and output may have together
 * @param maxOutputTokens what one answer may have
 * @param images whether it takes pictures
 */
public record ModelEntry(
    String provider,
    String name,
    ModelRole role,
    long contextTokens,
    int maxOutputTokens,
    boolean images,
    ModelPrices prices) {}
