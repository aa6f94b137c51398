/**
 * API keys: programs call in the name of their owner with {@code X-API-Key}, within the key's
 * scopes, addresses, limits and life.
 */
package ai.bharatbuild.apikeys;
