package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Syntax.Assignment;
import ai.bharatbuild.sandbox.advice.Syntax.Function;
import ai.bharatbuild.sandbox.advice.Syntax.Group;
import ai.bharatbuild.sandbox.advice.Syntax.Literal;
import ai.bharatbuild.sandbox.advice.Syntax.Node;
import ai.bharatbuild.sandbox.advice.Syntax.Part;
import ai.bharatbuild.sandbox.advice.Syntax.Pipeline;
import ai.bharatbuild.sandbox.advice.Syntax.Redirect;
import ai.bharatbuild.sandbox.advice.Syntax.Script;
import ai.bharatbuild.sandbox.advice.Syntax.Simple;
import ai.bharatbuild.sandbox.advice.Syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses POSIX shell with the usual Bash additions. Never fails on bad syntax: what a shell would
 * refuse is harmless, so it is enough to find every command that a shell would run.
 */
final class ShellParser {
  private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_]\\w*)(\\[[^]]*])?\\+?=");
  private static final Pattern REDIRECT =
      Pattern.compile("\\d*(<<<|<<-|<<|<>|<&|<|>>|>&|>\\||>)|&>>|&>");

  /** Words that only stand between commands. */
  private static final Set<String> BETWEEN =
      Set.of("then", "else", "elif", "do", "in", "!", "fi", "done", "esac", "}", "coproc");

  /** Groups in groups, for each level of substitutions. */
  private static final int DEEPEST = 40;

  private final Cursor in;
  private int nesting;
  private final Blanks blanks;

  ShellParser(Cursor in) {
    this.in = in;
    this.blanks = new Blanks(in);
  }

  static Script parse(String text, int depth) {
    Cursor cursor = new Cursor(text, depth);
    ShellParser parser = new ShellParser(cursor);
    List<Pipeline> all = new ArrayList<>();
    while (!cursor.done()) {
      all.addAll(parser.list(Set.of()));
      cursor.skip(")");
    }
    return new Script(all);
  }

  /** The commands of a substitution or subshell, of which the opening was read. */
  Script untilParenthesis() {
    Script script = new Script(list(Set.of()));
    in.skip(")");
    return script;
  }

  /** Stops before a closing parenthesis, {@code ;;} where that closes, or a closing word. */
  private List<Pipeline> list(Set<String> closers) {
    List<Pipeline> pipelines = new ArrayList<>();
    while (true) {
      blanks.separators(closers.contains(";;"));
      String keyword = blanks.keyword();
      if (in.done()
          || in.peek() == ')'
          || closers.contains(keyword)
          || closers.contains(";;") && in.sees(";;")) {
        return pipelines;
      }
      int start = in.at;
      if (BETWEEN.contains(keyword)) {
        in.at += keyword.length();
      } else {
        pipelines.add(pipeline());
      }
      if (in.at == start) {
        in.at++;
      }
    }
  }

  private Pipeline pipeline() {
    List<Node> stages = new ArrayList<>();
    stages.add(command());
    blanks.skip();
    while (in.peek() == '|' && in.peek(1) != '|') {
      in.at++;
      in.skip("&");
      blanks.newlines();
      stages.add(command());
      blanks.skip();
    }
    return new Pipeline(stages, in.peek() == '&' && in.peek(1) != '&');
  }

  private Node command() {
    if (++nesting > DEEPEST) {
      throw new Cursor.ComplexityException();
    }
    blanks.skip();
    Node node = command(blanks.keyword());
    nesting--;
    return node;
  }

  private Node command(String keyword) {
    return switch (keyword) {
      case "{" -> group(keyword, "}");
      case "if" -> group(keyword, "fi");
      case "while", "until" -> group(keyword, "done");
      case "for", "select" -> loop(keyword);
      case "case" -> choice();
      case "time", "!" -> {
        in.at += keyword.length();
        yield command();
      }
      case "function" -> {
        in.at += keyword.length();
        blanks.skip();
        String name = plain(new WordReader(in).read());
        blanks.skip();
        in.skip("()");
        yield new Function(name, body());
      }
      default -> in.peek() == '(' ? parentheses() : simple();
    };
  }

  private Node parentheses() {
    if (in.skip("((")) {
      in.until("))");
      return new Simple(List.of(), List.of(), List.of());
    }
    in.at++;
    Script body = untilParenthesis();
    return new Group(body, redirects(), true);
  }

  private Node group(String opener, String closer) {
    in.at += opener.length();
    List<Pipeline> body = list(Set.of(closer));
    in.skip(closer);
    return new Group(new Script(body), redirects(), false);
  }

  /** A loop over words; its variable takes all of them at once. */
  private Node loop(String keyword) {
    in.at += keyword.length();
    blanks.skip();
    String name = plain(new WordReader(in).read());
    blanks.skip();
    List<Part> values = new ArrayList<>();
    if (in.skip("in")) {
      blanks.skip();
      while (!in.done() && ";&|()\n<>".indexOf(in.peek()) < 0) {
        values.addAll(new WordReader(in).read().parts());
        values.add(new Literal(" ", false));
        blanks.skip();
      }
    }
    Assignment variable = new Assignment(name, new Word(values));
    Node first = new Simple(List.of(variable), List.of(), List.of());
    List<Pipeline> body = new ArrayList<>();
    body.add(new Pipeline(List.of(first), false));
    body.addAll(list(Set.of("done")));
    in.skip("done");
    return new Group(new Script(body), redirects(), false);
  }

  private Node choice() {
    in.at += "case".length();
    blanks.skip();
    new WordReader(in).read();
    blanks.newlines();
    in.skip("in");
    List<Pipeline> all = new ArrayList<>();
    while (!in.done()) {
      blanks.separators(false);
      if (blanks.keyword().equals("esac")) {
        break;
      }
      in.until(")");
      all.addAll(list(Set.of(";;", "esac")));
    }
    in.skip("esac");
    return new Group(new Script(all), redirects(), false);
  }

  private Node body() {
    blanks.newlines();
    // Shells want a blank after the brace, people forget it.
    return in.peek() == '{' ? group("{", "}") : command();
  }

  private Node simple() {
    List<Assignment> assignments = new ArrayList<>();
    List<Word> words = new ArrayList<>();
    List<Redirect> redirects = new ArrayList<>();
    while (true) {
      blanks.skip();
      char c = in.peek();
      Matcher operator = redirect();
      if (operator != null) {
        redirects.add(redirect(operator));
      } else if (c == '(' && words.size() == 1) {
        in.at++;
        blanks.skip();
        in.skip(")");
        return new Function(plain(words.getFirst()), body());
      } else if (in.done() || ";&|()\n".indexOf(c) >= 0) {
        return new Simple(assignments, words, redirects);
      } else if (!words.isEmpty() || !assignment(assignments)) {
        words.add(new WordReader(in).read());
      }
    }
  }

  private boolean assignment(List<Assignment> assignments) {
    Matcher name = ASSIGNMENT.matcher(in.text).region(in.at, in.text.length());
    if (!name.lookingAt()) {
      return false;
    }
    in.at = name.end();
    if (in.skip("(")) {
      in.until(")");
      return true;
    }
    assignments.add(new Assignment(name.group(1), new WordReader(in).read()));
    return true;
  }

  private List<Redirect> redirects() {
    List<Redirect> redirects = new ArrayList<>();
    blanks.skip();
    for (Matcher operator = redirect(); operator != null; operator = redirect()) {
      redirects.add(redirect(operator));
      blanks.skip();
    }
    return redirects;
  }

  private Matcher redirect() {
    char c = in.peek();
    boolean pipe = (c == '<' || c == '>') && in.peek(1) == '(';
    Matcher operator = REDIRECT.matcher(in.text).region(in.at, in.text.length());
    return !pipe && operator.lookingAt() ? operator : null;
  }

  private Redirect redirect(Matcher operator) {
    in.at = operator.end();
    blanks.skip();
    String name = operator.group(1) == null ? operator.group() : operator.group(1);
    Redirect redirect = new Redirect(name, new WordReader(in).read());
    if (name.equals("<<") || name.equals("<<-")) {
      blanks.expect(redirect);
    }
    return redirect;
  }

  static String plain(Word word) {
    StringBuilder text = new StringBuilder();
    for (Part part : word.parts()) {
      text.append(part instanceof Literal literal ? literal.text() : "$");
    }
    return text.toString();
  }
}
