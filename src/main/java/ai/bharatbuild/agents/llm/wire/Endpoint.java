package ai.bharatbuild.agents.llm.wire;

import java.net.URI;
import java.time.Duration;

/**
 * Where a provider is and how long to wait for it.
 *
 * @param base without a slash at its end; http or https, without user or query
 * @param keyHeader name of the header that carries the key
 * @param keyPrefix what stands before the key in it, such as {@code "Bearer "}
 * @param silence how long nothing may come while something is waited for
 * @param total how long one exchange may take
 */
public record Endpoint(
    String base,
    String keyHeader,
    String keyPrefix,
    Secret key,
    Duration connect,
    Duration silence,
    Duration total) {

  /** Host and port, for messages to people. */
  public String place() {
    URI uri = URI.create(base);
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }
}
