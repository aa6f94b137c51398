package ai.bharatbuild.gate;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What passes between a browser and an app that runs in a sandbox. The control sends the same bytes
 * to the app without the proxy, as a proxy would that passes on what it gets.
 */
final class PreviewCases {
  private static final int PORT = 8080;
  private static final String CRLF = "\r\n";

  private PreviewCases() {}

  static List<Case> all() {
    return Stream.concat(requests().stream(), answers().stream()).toList();
  }

  /** The app answers with the head that it got. */
  private static List<Case> requests() {
    return List.of(
        asked("session-cookie", "API cookies stay", "Cookie: a=1; bb_session=canary", "canary"),
        asked("host-cookie", "API cookies stay", "Cookie: __Host-bb_session=canary", "canary"),
        asked("nameless-cookie", "API cookies stay", "Cookie: a=1; =bb_session=canary", "canary"),
        asked("api-key", "API keys stay", "X-API-Key: canary", "canary"),
        asked("api-key-underscore", "API keys stay", "X_API_KEY: canary", "canary"),
        asked("forged-client", "forwarding headers are ours", "X-Forwarded-For: canary", "canary"),
        asked("proxy-credentials", "hop-by-hop ends", "Proxy-Authorization: canary", "canary"),
        asked(
            "named-hop", "hop-by-hop ends", "X-Hop: canary" + CRLF + "Connection: X-Hop", "canary"),
        asked(
            "h2c-upgrade", "websocket only", "Upgrade: h2c" + CRLF + "Connection: upgrade", "h2c"),
        smuggled("smuggling-cl-te", "Content-Length: 4", "Transfer-Encoding: chunked"),
        smuggled("smuggling-te-te", "Transfer-Encoding: chunked", "Transfer-Encoding: x"),
        smuggled("smuggling-cl-cl", "Content-Length: 3", "Content-Length: 0"),
        smuggled("smuggling-te-hidden", "Transfer-Encoding: xchunked", "Content-Length: 3"),
        smuggled("two-hosts", "Host: other.preview.localhost", "X-Any: 1"),
        spoken(
            "absolute-target",
            "origin form only",
            "GET http://other.example/ HTTP/1.1",
            "other.example"));
  }

  private static List<Case> answers() {
    return List.of(
        answered("takes-api-cookie", "API cookies stay", "/cookie", "bb_session"),
        answered("takes-domain-cookie", "host cookies only", "/domain", "domain="),
        answered("inner-redirect", "redirects come back", "/redirect", ":8080/in"),
        answered("double-framing", "one framing", "/double", PreviewCases::doublyFramed),
        answered("frame-busting", "framing is ours", "/frames", "x-frame-options"),
        answered("file-from-proxy", "no internal headers", "/accel", "x-accel-redirect"),
        answered("clears-site-data", "no internal headers", "/clear", "clear-site-data"),
        answered("endless-head", "bounded heads", "/endless", answer -> answer.length() > 1 << 20));
  }

  private static boolean doublyFramed(String answer) {
    return answer.contains("content-length:") && answer.contains("transfer-encoding:");
  }

  private static Case asked(String name, String defence, String header, String seen) {
    String head = "GET / HTTP/1.1" + CRLF + "Host: HOST" + CRLF + header;
    return preview(name, defence, head, answer -> appSaw(answer).contains(seen));
  }

  /** Two headers that two servers may each read differently; the app must not get to see it. */
  private static Case smuggled(String name, String one, String other) {
    String head = String.join(CRLF, "POST / HTTP/1.1", "Host: HOST", one, other);
    return preview(
        name,
        "one reading of a request",
        head + CRLF + "X-End: 1",
        answer -> {
          String seen = appSaw(answer);
          return seen.contains(one.toLowerCase()) && seen.contains(other.toLowerCase());
        });
  }

  private static Case spoken(String name, String defence, String line, String seen) {
    return preview(
        name, defence, line + CRLF + "Host: HOST", answer -> appSaw(answer).contains(seen));
  }

  private static Case answered(String name, String defence, String path, String seen) {
    return answered(
        name,
        defence,
        path,
        answer -> {
          if (!head(answer).contains("x-app: gate")) {
            throw new IllegalStateException("not the app's answer: " + cut(answer));
          }
          return head(answer).contains(seen);
        });
  }

  private static Case answered(String name, String defence, String path, Predicate<String> seen) {
    return preview(name, defence, "GET " + path + " HTTP/1.1" + CRLF + "Host: HOST", seen);
  }

  private static Case preview(String name, String defence, String head, Predicate<String> breach) {
    return Case.of(
        name,
        Kind.PREVIEW,
        defence,
        arena -> {
          String id = app(arena);
          int port = arena.server().port();
          String host = id + ".preview.localhost:" + port;
          // Held means nothing unless an ordinary request does get through.
          String plain = send("127.0.0.1", port, "GET / HTTP/1.1" + CRLF + "Host: HOST", host);
          if (!appSaw(plain).startsWith("get / http/1.1")) {
            return Finding.broken("the app is not seen: " + plain);
          }
          String answer = send("127.0.0.1", port, head, host);
          return Finding.of(breach.test(answer), cut(answer));
        },
        arena -> {
          String address = arena.engine().address(app(arena));
          String answer = send(address, PORT, head, "app.example");
          return Finding.of(breach.test(answer), cut(answer));
        });
  }

  /** In lower case, as names of headers have none. */
  private static String send(String address, int port, String head, String host) throws Exception {
    String request = head.replace("HOST", host) + CRLF + "Connection: close" + CRLF + CRLF;
    return Naive.exchange(address, port, request).toLowerCase();
  }

  private static String cut(String answer) {
    return answer.substring(0, Math.min(300, answer.length())).replace(CRLF, "|");
  }

  private static String head(String answer) {
    int end = answer.indexOf(CRLF + CRLF);
    return end < 0 ? answer : answer.substring(0, end);
  }

  /** The body, which is the head that the app got; of another's answer nothing. */
  private static String appSaw(String answer) {
    int end = answer.indexOf(CRLF + CRLF);
    return head(answer).contains("x-app: gate") ? answer.substring(end).strip() : "";
  }

  private static String app(Arena arena) throws Exception {
    String id = arena.shared("node");
    synchronized (PreviewCases.class) {
      if (!NetworkCases.reaches(arena.engine().address(id), PORT)) {
        arena.put(id, "app.py", APP);
        arena
            .server()
            .detach(id, new JsonObject().put("command", "python3 app.py").put("timeout", 0));
        String path = "/api/v1/containers/" + id + "/preview";
        Arena.await(
            () -> arena.server().get(path).json(),
            answer -> "running".equals(answer.getString("status")));
      }
    }
    return id;
  }

  private static final String APP =
      """
      import socket, threading
      HEAD = b"HTTP/1.1 200 OK\\r\\nX-App: gate\\r\\nConnection: close\\r\\n"
      OWN = socket.gethostbyname(socket.gethostname())
      ANSWERS = {
          b"/cookie": b"Set-Cookie: bb_session=evil; Path=/\\r\\n",
          b"/domain": b"Set-Cookie: a=1; Domain=preview.localhost\\r\\n",
          b"/redirect": b"Location: http://" + OWN.encode() + b":8080/in\\r\\n",
          b"/frames": b"X-Frame-Options: DENY\\r\\n",
          b"/accel": b"X-Accel-Redirect: /etc/passwd\\r\\n",
          b"/clear": b"Clear-Site-Data: \\"*\\"\\r\\n",
      }

      def serve(c):
          got = b""
          while b"\\r\\n\\r\\n" not in got:
              more = c.recv(65536)
              if not more:
                  return
              got += more
          path = got.split(b" ")[1]
          if path == b"/endless":
              c.sendall(HEAD)
              for i in range(40000):
                  c.sendall(b"X-%d: %s\\r\\n" % (i, b"x" * 40))
          if path == b"/double":
              c.sendall(HEAD + b"Content-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabc\\r\\n0\\r\\n\\r\\n")
          else:
              c.sendall(HEAD + ANSWERS.get(path, b"") + b"Content-Length: %d\\r\\n\\r\\n" % len(got) + got)

      def run(c):
          try:
              serve(c)
              c.shutdown(socket.SHUT_WR)
              c.recv(1)
          except OSError:
              pass
          finally:
              c.close()

      s = socket.create_server(("0.0.0.0", 8080), backlog=100)
      while True:
          threading.Thread(target=run, args=(s.accept()[0],), daemon=True).start()
      """;
}
