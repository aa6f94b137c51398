package ai.bharatbuild.http;

import ai.bharatbuild.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code openapi.yaml} as JSON, and the page that shows it. Read at the first use, on any thread.
 */
public final class Contract {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>BharatBuild API</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css">
      </head>
      <body>
        <div id="swagger-ui"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/setup.js"></script>
      </body>
      </html>
      """;
  private static final String SCRIPT =
      """
      SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true });
      """;

  private volatile Buffer json;

  public Buffer json() {
    Buffer known = json;
    if (known == null) {
      known = Json.encode(load());
      json = known;
    }
    return known;
  }

  /** The document as maps, lists and scalars. */
  public static Map<String, Object> load() {
    LoaderOptions options = new LoaderOptions();
    // Of two schemas with one name, one would silently take the other's place.
    options.setAllowDuplicateKeys(false);
    try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
      return new Yaml(new SafeConstructor(options)).load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String page() {
    return PAGE;
  }

  String script() {
    return SCRIPT;
  }
}
