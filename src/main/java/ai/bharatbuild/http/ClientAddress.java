package ai.bharatbuild.http;

import ai.bharatbuild.net.AddressRange;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Finds out where a call comes from. What {@code X-Forwarded-For} says is believed only of proxies
 * that are configured, and only as far back as each of them is one.
 */
public final class ClientAddress implements Handler<RoutingContext> {
  private static final String KEY = ClientAddress.class.getName();
  private static final int MAX_HOPS = 16;
  private final List<AddressRange> proxies;

  /**
   * @param proxies who is believed
   */
  public ClientAddress(List<AddressRange> proxies) {
    this.proxies = List.copyOf(proxies);
  }

  @Override
  public void handle(RoutingContext context) {
    context.put(KEY, of(context.request()));
    context.next();
  }

  /** The address that was found out, as a number without port. */
  public static String of(RoutingContext context) {
    String found = context.get(KEY);
    return found == null ? peer(context.request()) : found;
  }

  String of(HttpServerRequest request) {
    String address = peer(request);
    List<String> headers = request.headers().getAll("X-Forwarded-For");
    if (proxies.isEmpty() || headers.isEmpty()) {
      return address;
    }
    String[] hops = String.join(",", headers).split(",");
    // The last was added by the proxy that speaks to us, the one before it by the proxy before it.
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
      String hop = hops[i].strip();
      if (!trusted(address) || AddressRange.parse(hop).isEmpty() || hop.contains("/")) {
        return address;
      }
      address = withoutZone(hop);
    }
    return address;
  }

  private static String peer(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    // A Unix socket has none; whoever gets at it is on this machine.
    return address == null ? "127.0.0.1" : withoutZone(address);
  }

  /** The zone of a link-local address names an interface of this machine and is no part of it. */
  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  private boolean trusted(String address) {
    return proxies.stream().anyMatch(range -> range.contains(address));
  }
}
