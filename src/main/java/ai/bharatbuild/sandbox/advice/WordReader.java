package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Syntax.Home;
import ai.bharatbuild.sandbox.advice.Syntax.Literal;
import ai.bharatbuild.sandbox.advice.Syntax.Part;
import ai.bharatbuild.sandbox.advice.Syntax.ProcessSubstitution;
import ai.bharatbuild.sandbox.advice.Syntax.Script;
import ai.bharatbuild.sandbox.advice.Syntax.Substitution;
import ai.bharatbuild.sandbox.advice.Syntax.Variable;
import ai.bharatbuild.sandbox.advice.Syntax.Word;
import java.util.ArrayList;
import java.util.List;

/** Reads one word with its quotes, escapes and substitutions. */
final class WordReader {
  private static final String ENDS = " \t\n;&|()<>";

  private final Cursor in;
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder run = new StringBuilder();
  private boolean runQuoted;

  WordReader(Cursor in) {
    this.in = in;
  }

  Word read() {
    int start = in.at;
    while (!in.done()) {
      char c = in.peek();
      boolean opensPipe = (c == '<' || c == '>') && in.peek(1) == '(';
      if (opensPipe && in.at == start) {
        in.at += 2;
        add(new ProcessSubstitution(nested()));
      } else if (ENDS.indexOf(c) >= 0) {
        break;
      } else {
        unquoted(start);
      }
    }
    return finish();
  }

  /** Reads a whole text as if it stood in double quotes, as in a here-document. */
  static Word quoted(String text, int depth) {
    WordReader reader = new WordReader(new Cursor(text, depth));
    reader.doubleQuoted((char) 0);
    return reader.finish();
  }

  private Word finish() {
    endRun();
    return new Word(List.copyOf(parts));
  }

  private void unquoted(int start) {
    char c = in.next();
    switch (c) {
      case '\\' -> {
        if (!in.skip("\n")) {
          literal(in.next(), true);
        }
      }
      case '\'' -> literal(in.until("'"));
      case '"' -> doubleQuoted('"');
      case '`' -> backticks(false);
      case '$' -> dollar(false);
      case '~' -> {
        boolean leads = in.at - 1 == start || in.text.charAt(in.at - 2) == '=';
        if (leads && (in.done() || "/ \t\n;&|)".indexOf(in.peek()) >= 0)) {
          add(new Home());
        } else {
          literal(c, false);
        }
      }
      default -> literal(c, false);
    }
  }

  private void doubleQuoted(char end) {
    literal("");
    while (!in.done()) {
      char c = in.next();
      if (c == end && end != 0) {
        return;
      }
      switch (c) {
        case '\\' -> {
          if (in.skip("\n")) {
            continue;
          }
          boolean escapes = "$`\"\\".indexOf(in.peek()) >= 0 && !in.done();
          literal(escapes ? in.next() : c, true);
        }
        case '`' -> backticks(true);
        case '$' -> dollar(true);
        default -> literal(c, true);
      }
    }
  }

  private void dollar(boolean quoted) {
    char c = in.peek();
    if (c == '\'' && !quoted) {
      in.at++;
      literal(AnsiQuotes.read(in));
    } else if (c == '"' && !quoted) {
      in.at++;
      doubleQuoted('"');
    } else if (in.skip("((")) {
      in.until("))");
      add(new Variable("", null, quoted));
    } else if (c == '(') {
      in.at++;
      add(new Substitution(nested(), quoted));
    } else if (c == '{') {
      in.at++;
      braces(quoted);
    } else if (isName(c) || "?#@*!$-".indexOf(c) >= 0 && c != 0) {
      add(new Variable(name(), null, quoted));
    } else {
      literal('$', quoted);
    }
  }

  private String name() {
    int start = in.at;
    if (!isName(in.peek()) || Character.isDigit(in.peek())) {
      return String.valueOf(in.next());
    }
    while (isName(in.peek())) {
      in.at++;
    }
    return in.text.substring(start, in.at);
  }

  private void braces(boolean quoted) {
    String content = closing();
    int end = 0;
    while (end < content.length() && isName(content.charAt(end))) {
      end++;
    }
    String name = content.substring(0, end);
    String operation = content.substring(end);
    Word fallback = null;
    if (operation.startsWith(":-") || operation.startsWith(":=")) {
      fallback = quoted(operation.substring(2), in.depth + 1);
    } else if (operation.startsWith("-") || operation.startsWith("=")) {
      fallback = quoted(operation.substring(1), in.depth + 1);
    } else if (!operation.isEmpty() && !name.equals("IFS")) {
      name = ""; // changed in a way that is not followed
    }
    add(new Variable(name, fallback, quoted));
  }

  /** The text up to the brace that closes this one. */
  private String closing() {
    int start = in.at;
    int open = 1;
    while (!in.done()) {
      char c = in.next();
      if (c == '\\') {
        in.at++;
      } else if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return in.text.substring(start, in.at - 1);
      }
    }
    return in.text.substring(Math.min(start, in.text.length()));
  }

  private void backticks(boolean quoted) {
    StringBuilder command = new StringBuilder();
    while (!in.done()) {
      char c = in.next();
      if (c == '`') {
        break;
      }
      if (c == '\\' && ("$`\\".indexOf(in.peek()) >= 0 || quoted && in.peek() == '"')) {
        c = in.next();
      }
      command.append(c);
    }
    Script script = ShellParser.parse(command.toString(), in.depth + 1);
    add(new Substitution(script, quoted));
  }

  private Script nested() {
    Cursor inner = new Cursor(in.text, in.depth + 1);
    inner.at = in.at;
    Script script = new ShellParser(inner).untilParenthesis();
    in.at = inner.at;
    return script;
  }

  static boolean isName(char c) {
    return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void add(Part part) {
    endRun();
    parts.add(part);
  }

  /** Quoted text; an empty one makes a word, too. */
  private void literal(String text) {
    if (!runQuoted) {
      endRun();
      runQuoted = true;
    }
    if (text.isEmpty() && run.isEmpty()) {
      parts.add(new Literal("", true));
    }
    run.append(text);
  }

  private void literal(char c, boolean quoted) {
    if (runQuoted != quoted) {
      endRun();
      runQuoted = quoted;
    }
    if (c != 0) {
      run.append(c);
    }
  }

  private void endRun() {
    if (!run.isEmpty()) {
      parts.add(new Literal(run.toString(), runQuoted));
      run.setLength(0);
    }
  }
}
