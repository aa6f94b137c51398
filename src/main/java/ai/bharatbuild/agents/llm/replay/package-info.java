/**
 * The wire of calls to models, written down and played back: each exchange is one file that holds
 * the request, the answer's status, the headers that have a meaning, and its bytes as they were
 * cut. What was recorded of a user's run makes the same run again, without a network or a key.
 *
 * <p>The files hold prompts and sources, so only their owner may read them; keys are not in them.
 */
package ai.bharatbuild.agents.llm.replay;
