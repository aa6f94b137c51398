package ai.bharatbuild.preview;

import ai.bharatbuild.config.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Optional;

/**
 * Says who a visitor of a preview is. A ticket in the address becomes a cookie of that one origin,
 * and the browser is sent on without it, so that the app never sees it. On event loops.
 */
final class Doorkeeper {
  /** The query parameter that carries a ticket. */
  static final String PARAMETER = "bb_ticket";

  /** Like all cookies of the API's own it is taken out of what apps get. */
  static final String COOKIE = "bb_preview";

  /** A neighbour may set cookies of this name for all previews; they must not crowd ours out. */
  private static final int MOST_COOKIES = 20;

  private final PreviewTickets tickets;
  private final Settings.Preview settings;

  /**
   * @param tickets null where everybody sees everything
   */
  Doorkeeper(PreviewTickets tickets, Settings.Preview settings) {
    this.tickets = tickets;
    this.settings = settings;
  }

  /** Whether the request brings a ticket, so that it must be {@linkplain #exchange exchanged}. */
  boolean bringsTicket(HttpServerRequest request) {
    return tickets != null
        && request.uri().startsWith("/")
        && !Framing.isWebSocket(request)
        && RequestTarget.parameter(query(request.uri()), PARAMETER) != null;
  }

  /** Sends the browser on to the same address without the ticket; a good one becomes a cookie. */
  void exchange(HttpServerRequest request, PreviewHost host, Failures failures) {
    String uri = RequestTarget.encoded(request.uri());
    String query = query(uri);
    String rest = RequestTarget.without(query, PARAMETER);
    String path = uri.substring(0, uri.indexOf('?'));
    // A path that begins with two slashes would be read as the name of another host.
    boolean ambiguous = path.startsWith("//") || path.startsWith("/\\");
    String target = (ambiguous ? "/." : "") + path + (rest.isEmpty() ? "" : "?" + rest);
    tickets
        .ownerByTicket(host.id(), RequestTarget.parameter(query, PARAMETER))
        .ifPresent(
            owner ->
                request
                    .response()
                    .putHeader(HttpHeaders.SET_COOKIE, cookie(tickets.pass(host.id(), owner))));
    failures.redirect(request, target);
  }

  private String cookie(String value) {
    boolean anywhere = settings.sameSite().equals("None");
    return COOKIE
        + "="
        + value
        + "; Path=/; Max-Age="
        + settings.passLife().toSeconds()
        + "; HttpOnly; SameSite="
        + settings.sameSite()
        + (anywhere || settings.secure() ? "; Secure" : "")
        + (anywhere ? "; Partitioned" : "");
  }

  /**
   * Who asks, by the cookie. Previews of one server are one site to a browser, which therefore
   * sends the cookie with what the page of another preview asks for; such a page is a stranger.
   */
  Visitor visitor(HttpServerRequest request, PreviewHost host) {
    if (tickets == null) {
      return Visitor.ANYONE;
    }
    return isFromElsewhere(request, host)
        ? Visitor.STRANGER
        : owner(request, host).map(Visitor::of).orElse(Visitor.STRANGER);
  }

  private Optional<String> owner(HttpServerRequest request, PreviewHost host) {
    return request.headers().getAll(HttpHeaders.COOKIE).stream()
        .flatMap(header -> java.util.Arrays.stream(header.split(";")))
        .map(String::strip)
        .filter(pair -> pair.startsWith(COOKIE + "="))
        .limit(MOST_COOKIES)
        .flatMap(
            pair -> tickets.ownerByPass(host.id(), pair.substring(COOKIE.length() + 1)).stream())
        .findFirst();
  }

  /**
   * Whether the page of another workspace, or of another site, makes the request. Browsers say so
   * by Origin, and where they send none by Sec-Fetch-Site; programs send neither. To follow a link
   * is nothing that a page does with the answer.
   */
  private boolean isFromElsewhere(HttpServerRequest request, PreviewHost host) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null) {
      return !isOfWorkspace(origin, host);
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean own = site == null || site.equals("same-origin") || site.equals("none");
    String referrer = request.getHeader(HttpHeaders.REFERER);
    return !own && !isNavigation(request) && (referrer == null || !isOfWorkspace(referrer, host));
  }

  private static boolean isNavigation(HttpServerRequest request) {
    return "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
        && request.getHeader(HttpHeaders.ORIGIN) == null;
  }

  private boolean isOfWorkspace(String address, PreviewHost host) {
    try {
      String name = URI.create(address).getHost();
      return name != null
          && PreviewHost.parse(settings.suffix(), name)
              .map(it -> it.id().equals(host.id()))
              .orElse(false);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String query(String uri) {
    int mark = uri.indexOf('?');
    return mark < 0 ? "" : uri.substring(mark + 1);
  }
}
