package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.preview.PreviewTargets.Target;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Host names, addresses, redirects, cookies and headers, each on their own. */
class PreviewNamesTest {
  private static final String SUFFIX = "preview.localhost";

  @Test
  void readsIdAndPort() {
    assertThat(PreviewHost.parse(SUFFIX, "task-board-1.preview.localhost"))
        .hasValue(new PreviewHost("task-board-1", null));
    assertThat(PreviewHost.parse(SUFFIX, "Task-Board-1--5173.PREVIEW.localhost"))
        .hasValue(new PreviewHost("task-board-1", 5173));
    assertThat(PreviewHost.parse(SUFFIX, "a--65535.preview.localhost"))
        .hasValue(new PreviewHost("a", 65535));
    assertThat(PreviewHost.parse(SUFFIX, "a".repeat(48) + ".preview.localhost")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "preview.localhost",
        ".preview.localhost",
        "a.b.preview.localhost",
        "-a.preview.localhost",
        "a-.preview.localhost",
        "a_b.preview.localhost",
        "a--.preview.localhost",
        "a--0.preview.localhost",
        "a--080.preview.localhost",
        "a--65536.preview.localhost",
        "a--+80.preview.localhost",
        "a--80--81.preview.localhost",
        "a---80.preview.localhost",
        "--80.preview.localhost",
        "\u0661.preview.localhost",
        "a.preview.localhost.evil.test",
        "apreview.localhost"
      })
  void refusesOtherNames(String host) {
    assertThat(PreviewHost.parse(SUFFIX, host)).isEmpty();
  }

  @Test
  void refusesLongIds() {
    assertThat(PreviewHost.parse(SUFFIX, "a".repeat(49) + ".preview.localhost")).isEmpty();
  }

  @Test
  void knowsWhatIsUnderTheSuffix() {
    assertThat(PreviewHost.isUnder(SUFFIX, "preview.localhost")).isTrue();
    assertThat(PreviewHost.isUnder(SUFFIX, "x.y.Preview.localhost.")).isTrue();
    assertThat(PreviewHost.isUnder(SUFFIX, "localhost")).isFalse();
    assertThat(PreviewHost.isUnder(SUFFIX, "xpreview.localhost")).isFalse();
  }

  @Test
  void buildsAddresses() {
    PreviewUrls urls = new PreviewUrls(SUFFIX, "http", () -> 8000, null);
    assertThat(urls.url("demo")).isEqualTo("http://demo.preview.localhost:8000/");
    assertThat(urls.url("demo", 4173)).isEqualTo("http://demo--4173.preview.localhost:8000/");
    assertThat(new PreviewUrls(SUFFIX, "http", () -> 80, null).url("demo"))
        .isEqualTo("http://demo.preview.localhost/");
    assertThat(new PreviewUrls(SUFFIX, "https", () -> 443, null).url("demo"))
        .isEqualTo("https://demo.preview.localhost/");
    assertThat(new PreviewUrls(SUFFIX, "https", () -> 8443, null).url("demo", 3000))
        .isEqualTo("https://demo--3000.preview.localhost:8443/");
  }

  @ParameterizedTest
  @CsvSource({
    "http://172.20.0.5:5173/a?b#c, http://demo.preview.localhost:8000/a?b#c",
    "HTTP://172.20.0.5:5173, http://demo.preview.localhost:8000",
    "//172.20.0.5:5173/x, http://demo.preview.localhost:8000/x",
    "http://localhost:5173/x, http://demo.preview.localhost:8000/x",
    "http://0.0.0.0:5173/x, http://demo.preview.localhost:8000/x",
    "http://[::1]:5173/x, http://demo.preview.localhost:8000/x",
    "http://172.20.0.5:9000/x, http://demo--9000.preview.localhost:8000/x",
    "http://172.20.0.5/x, http://demo--80.preview.localhost:8000/x",
    "http://localhost:9000/x, http://localhost:9000/x",
    "http://localhost:5173@evil.test/x, http://localhost:5173@evil.test/x",
    "http://172.20.0.5:5173.evil.test/x, http://172.20.0.5:5173.evil.test/x",
    "https://login.test/x, https://login.test/x",
    "/plain, /plain",
    "plain, plain"
  })
  void bringsRedirectsBack(String location, String expected) {
    Redirects redirects =
        new Redirects(
            "http://demo.preview.localhost:8000",
            new PreviewHost("demo", null),
            new Target("172.20.0.5", 5173),
            new PreviewUrls(SUFFIX, "http", () -> 8000, null));
    assertThat(redirects.rewritten(location)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bb_session=1",
        "BB_session=1",
        " bb_session=1",
        "__Host-bb_session=1",
        "__Secure-bb_session=1",
        "=bb_session=1",
        "= bb_session",
        "bb_"
      })
  void keepsReservedCookiesApart(String cookie) {
    MultiMap request = MultiMap.caseInsensitiveMultiMap();
    request.add("cookie", "a=1;" + cookie + "; b=2").add("Cookie", cookie);
    Cookies.cleanRequest(request);
    assertThat(request.getAll("Cookie")).containsExactly("a=1; b=2");
    MultiMap response = MultiMap.caseInsensitiveMultiMap();
    response.add("set-cookie", cookie + "; Path=/").add("Set-Cookie", "a=1");
    Cookies.cleanResponse(response);
    assertThat(response.getAll("Set-Cookie")).containsExactly("a=1");
  }

  @Test
  void leavesAppCookiesAlone() {
    MultiMap request = MultiMap.caseInsensitiveMultiMap();
    request.add("Cookie", "sid=x=y==; mybb_x=1; q=\"a b\"");
    Cookies.cleanRequest(request);
    assertThat(request.get("Cookie")).isEqualTo("sid=x=y==; mybb_x=1; q=\"a b\"");
    MultiMap response = MultiMap.caseInsensitiveMultiMap();
    response.add(
        "Set-Cookie",
        "sid=1; Path=/; domain = .preview.localhost; HttpOnly;DOMAIN=x; SameSite=Lax");
    Cookies.cleanResponse(response);
    assertThat(response.get("Set-Cookie")).isEqualTo("sid=1; Path=/; HttpOnly; SameSite=Lax");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|true",
        "application/problem+json, text/html;q=0.5|true",
        "application/json;q=0.4, */*;q=0.1|true",
        "*/*|false",
        "application/json, text/plain, */*|true",
        "application/json;q=0.5, */*|false",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|false",
        "text/html, application/json|false",
        "application/json;q=0|false",
        "application/json;q=oops|false",
        ";;,,|false"
      })
  void choosesPageOrProblem(String accept, boolean json) {
    assertThat(Accept.prefersJson(accept)).isEqualTo(json);
  }

  @Test
  void keepsTargetsAsTheyAre() {
    String odd = "/a%2Fb//..;x/%zz?q=%20+&&=&port=1";
    assertThat(RequestTarget.encoded(odd)).isEqualTo(odd);
    assertThat(RequestTarget.encoded("/caf\u00c3\u00a9")).isEqualTo("/caf%C3%A9");
    assertThat(RequestTarget.isOriginForm(HttpMethod.GET, "http://evil.test/")).isFalse();
    assertThat(RequestTarget.isOriginForm(HttpMethod.GET, "*")).isFalse();
    assertThat(RequestTarget.isOriginForm(HttpMethod.OPTIONS, "*")).isTrue();
    assertThat(RequestTarget.without("a=1&port=2&&b&port&c=%20", "port")).isEqualTo("a=1&&b&c=%20");
    assertThat(RequestTarget.parameter("support=1&port=2&port=3", "port")).isEqualTo("2");
  }
}
