package com.example.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private App app;

  @BeforeEach
  void start() throws IOException {
    app = new App(0);
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void converts() throws Exception {
    HttpResponse<String> answer = send("GET", "/convert?value=2&from=km&to=m");
    assertEquals(200, answer.statusCode());
    assertEquals("{\"value\": 2000.0, \"unit\": \"m\"}", answer.body());
    assertEquals(
        "application/json; charset=utf-8",
        answer.headers().firstValue("content-type").orElseThrow());
  }

  @Test
  void listsTheUnits() throws Exception {
    assertTrue(send("GET", "/units").body().contains("\"mass\": [\"kg\", \"lb\"]"));
  }

  @ParameterizedTest
  @CsvSource({
    "/convert, the parameter from is missing",
    "/convert?value=1&from=km&to=furlong, to is no unit that is known here",
    "/convert?value=x&from=km&to=m, value must be a number",
    "/convert?value=Infinity&from=km&to=m, value must be a finite number",
    "/convert?value=1&from=km&to=kg, from and to measure different things",
  })
  void saysWhatIsWrong(String path, String message) throws Exception {
    HttpResponse<String> answer = send("GET", path);
    assertEquals(400, answer.statusCode());
    assertEquals("{\"error\": \"" + message + "\"}", answer.body());
  }

  @Test
  void knowsItsPathsAndMethods() throws Exception {
    assertEquals(200, send("GET", "/health").statusCode());
    assertEquals(404, send("GET", "/health/x").statusCode());
    assertEquals(405, send("POST", "/convert").statusCode());
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + app.port() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
