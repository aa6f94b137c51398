package ai.bharatbuild.agents.llm;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool that the model may call.
 *
 * @param name letters, digits, {@code _} and {@code -}, at most 64
 * @param schema JSON schema of its arguments, of type object
 */
public record Tool(String name, String description, JsonNode schema) {}
