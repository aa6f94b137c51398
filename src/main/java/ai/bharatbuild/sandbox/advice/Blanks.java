package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Syntax.Redirect;
import java.util.ArrayList;
import java.util.List;

/** What stands between words and commands: blanks, comments, separators, here-documents. */
final class Blanks {
  private final Cursor in;
  private final List<Redirect> documents = new ArrayList<>();

  Blanks(Cursor in) {
    this.in = in;
  }

  /** Remembers a here-document, whose text begins after the next line break. */
  void expect(Redirect document) {
    documents.add(document);
  }

  /** The plain word at this place, without going on; empty when there is none. */
  String keyword() {
    int end = in.at;
    while (end < in.text.length() && " \t\n;&|()<>".indexOf(in.text.charAt(end)) < 0) {
      end++;
    }
    return in.text.substring(Math.min(in.at, end), end);
  }

  void separators(boolean keepDouble) {
    skip();
    while (!in.done() && ";&|\n".indexOf(in.peek()) >= 0 && !(keepDouble && in.sees(";;"))) {
      newlineOr(in.next());
      skip();
    }
    if (keepDouble && in.sees(";;")) {
      return;
    }
    if (in.done()) {
      hereDocuments();
    }
  }

  void newlines() {
    skip();
    while (in.peek() == '\n') {
      newlineOr(in.next());
      skip();
    }
  }

  private void newlineOr(char c) {
    if (c == '\n') {
      hereDocuments();
    }
  }

  void skip() {
    while (!in.done()) {
      char c = in.peek();
      if (c == '#') {
        int end = in.text.indexOf('\n', in.at);
        in.at = end < 0 ? in.text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        in.at++;
      } else if (!in.skip("\\\n")) {
        return;
      }
    }
  }

  private void hereDocuments() {
    for (Redirect document : documents) {
      String end = ShellParser.plain(document.target());
      StringBuilder body = new StringBuilder();
      while (!in.done()) {
        String line = in.until("\n");
        boolean closes =
            document.operator().equals("<<-") ? line.strip().equals(end) : line.equals(end);
        if (closes) {
          break;
        }
        body.append(line).append('\n');
      }
      document.body(body.toString());
    }
    documents.clear();
  }
}
