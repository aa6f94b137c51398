package ai.bharatbuild.preview;

import ai.bharatbuild.problem.Problem;

/** A page that says to a person why there is nothing to see. Needs nothing from elsewhere. */
final class FailurePage {
  /** Seconds until a page about an app that is not there yet asks again. */
  static final int RETRY_SECONDS = 3;

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      %s<title>%s</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid;
             place-items: center; background: #f6f7f9; color: #1c2330; }
      main { max-width: 34rem; padding: 2rem; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
      p { margin: .5rem 0; overflow-wrap: anywhere; }
      small { color: #5b6575; }
      @media (prefers-color-scheme: dark) {
        body { background: #14181f; color: #e6e9ef; }
        small { color: #9aa4b5; }
      }
      </style>
      </head>
      <body><main>
      <h1>%s</h1>
      <p>%s</p>
      <p>%s</p>
      <p><small>%d %s</small></p>
      </main></body>
      </html>
      """;

  private FailurePage() {}

  static String of(Problem problem) {
    boolean retry = problem.status() == 503;
    String title = escape(title(problem.status()));
    return PAGE.formatted(
        retry ? "<meta http-equiv=\"refresh\" content=\"" + RETRY_SECONDS + "\">\n" : "",
        title,
        title,
        escape(problem.detail()),
        escape(advice(problem.status())),
        problem.status(),
        escape(problem.code()));
  }

  private static String title(int status) {
    return switch (status) {
      case 404, 410 -> "There is no such preview";
      case 502 -> "The app broke off";
      case 503 -> "The app is not running yet";
      case 504 -> "The app does not answer";
      default -> "This request cannot be passed on";
    };
  }

  private static String advice(int status) {
    return switch (status) {
      case 404, 410 -> "Check the address, or open the preview from its project again.";
      case 502 -> "Its own output, in the sandbox, should say why.";
      case 503 -> "Start it in its sandbox; this page tries again by itself.";
      case 504 -> "It may be busy or stuck. Its output may say more; reload to try again.";
      default -> "";
    };
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
