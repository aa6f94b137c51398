/** What the adapters beside it ask of the machine's kernel and read of its settings. */
package ai.bharatbuild.sandbox.linux;
