/**
 * Language models: one port, {@link ai.bharatbuild.agents.llm.LanguageModel}, and what every call
 * through it needs whoever answers.
 *
 * <p>The layers of one call, from the caller down: {@link ai.bharatbuild.agents.llm.Retrying},
 * {@link ai.bharatbuild.agents.llm.Metered} (so that each attempt is priced), the adapter, a {@link
 * ai.bharatbuild.agents.llm.wire.Transport}. Nothing else in the stack repeats a call or counts its
 * cost.
 */
package ai.bharatbuild.agents.llm;
