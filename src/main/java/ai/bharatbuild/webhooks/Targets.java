package ai.bharatbuild.webhooks;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where deliveries may go. A URL is checked when it is given; where its host leads is checked
 * before each attempt, and the attempt goes to the very address that was checked.
 */
final class Targets {
  private static final int MAX_LENGTH = 2000;
  private static final int MAX_PORT = 65_535;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  /**
   * @param address that was checked
   * @param path with its query
   */
  record Target(InetAddress address, String host, int port, boolean tls, String path) {}

  /** A target that nothing is sent to; the message may be shown to the endpoint's owner. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  private final WorkerExecutor resolving;
  private final boolean allowLoopback;

  /**
   * @param resolving for name look-ups, which block
   * @param allowLoopback lets this machine's loopback addresses be targets, and plain HTTP with
   *     them; for development and tests
   */
  Targets(WorkerExecutor resolving, boolean allowLoopback) {
    this.resolving = resolving;
    this.allowLoopback = allowLoopback;
  }

  /** Checks the form of a URL; what is wrong is 422. */
  URI check(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw wrong("is not a URL");
    }
    boolean http = "http".equalsIgnoreCase(uri.getScheme());
    if (!"https".equalsIgnoreCase(uri.getScheme()) && !(http && allowLoopback)) {
      throw wrong("must begin with https://");
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw wrong("has no host name");
    }
    if (uri.getRawUserInfo() != null) {
      throw wrong("may not hold a user name or password");
    }
    if (uri.getRawFragment() != null) {
      throw wrong("may not hold a fragment");
    }
    if (url.length() > MAX_LENGTH || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
      throw wrong("is too long, or has a port that does not exist");
    }
    return uri;
  }

  private static ApiException wrong(String msg) {
    return ApiException.invalidField("url", "url " + msg, "value_error");
  }

  /** Finds the address to send to; fails with {@link Refused} where nothing may be sent. */
  Future<Target> resolve(String url) {
    URI uri = URI.create(url);
    if (uri.getHost() == null) {
      return Future.failedFuture(new Refused("The URL has no host name."));
    }
    String host = bare(uri.getHost());
    return resolving
        .executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false)
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof UnknownHostException
                        ? new Refused("The host name cannot be resolved.")
                        : e))
        .map(addresses -> target(uri, host, addresses));
  }

  /** One address that may not be used spoils all: a host that mixes them is up to something. */
  private Target target(URI uri, String host, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      boolean own = allowLoopback && address.isLoopbackAddress();
      if (!own && !Addresses.isPublic(address)) {
        throw new Refused("The host name leads to an address that is not public.");
      }
    }
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    InetAddress first = addresses.getFirst();
    if (!tls && !first.isLoopbackAddress()) {
      throw new Refused("Nothing is sent over plain HTTP.");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? HTTPS : HTTP;
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new Target(first, host, port, tls, path + query);
  }

  /** An IPv6 address without its brackets. */
  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
