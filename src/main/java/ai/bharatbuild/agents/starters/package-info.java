/** Projects that come with the server, for prompts that no model answers. */
package ai.bharatbuild.agents.starters;
