/**
 * Short-lived values shared by servers: the port {@link ai.bharatbuild.kv.KeyValueStore}, and what
 * becomes of it when the shared store is lost. Adapters: {@code memory} for one process, {@code
 * redis}.
 */
package ai.bharatbuild.kv;
