package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.COMPILE;

import java.util.List;
import java.util.Map;

/** Projects whose build, not whose program, does the harm. */
final class CompilePrograms {
  /** The verdict comes after the tool has run, and from what it said. */
  private static final String JUDGE =
      "; if grep -qsa canary- out; then echo BREACH; elif [ -s out ]; then echo HELD; tail -c 300 out; fi";

  private CompilePrograms() {}

  static List<Program> all() {
    return List.of(
        reads("c-include", "rust", "gcc -E -DCANARY=\"\\\"$WANTED\\\"\" main.c", MAIN_C),
        reads("assembler-include", "rust", ASSEMBLE, MAIN_S),
        reads("rust-include", "rust", "rustc main.rs && ./main", MAIN_RS),
        reads("cargo-build-script", "rust", "cargo build --offline", CARGO),
        reads("go-embed-overlay", "go", OVERLAY, EMBED),
        reads("go-generate", "go", "go generate", GENERATE),
        reads("annotation-processor", "java", PROCESS, PROCESSOR),
        reads("npm-lifecycle", "node", NPM, PACKAGE),
        reads("python-setup", "python", "python3 setup.py --name", SETUP),
        Program.shell("compiled-giant", COMPILE, Defence.FILE_SIZE, "rust", GIANT)
            .file("giant.c", "char giant[220 << 20] = {1};\n")
            .limit("disk_limit", "64m"),
        Program.shell("macro-laughs", COMPILE, Defence.MEMORY, "rust", "gcc -c l.c && echo BREACH")
            .file("l.c", LAUGHS)
            .limit("memory_limit", "96m")
            .heldBy("oom"));
  }

  /** A project in a directory of its own whose build tries to read a file of the host. */
  private static Program reads(
      String name, String type, String command, Map<String, String> files) {
    String line = "cd " + name + " && { " + command + "; } >out 2>&1" + JUDGE;
    Program program =
        Program.shell(name, COMPILE, Defence.NO_HOST_FILES, type, line)
            .variable("WANTED", arena -> arena.canaryFile().toString())
            .timeout(60);
    files.forEach((path, content) -> program.file(name + "/" + path, content));
    return program;
  }

  private static final Map<String, String> MAIN_C =
      Map.of("main.c", "int x =\n#include CANARY\n;\n");

  private static final Map<String, String> MAIN_S = Map.of("main.s", ".incbin \"@\"\n");

  private static final String ASSEMBLE =
      "sed -i \"s|@|$WANTED|\" main.s; as -o main.o main.s; cat main.o";

  private static final Map<String, String> MAIN_RS =
      Map.of("main.rs", "fn main() { print!(\"{}\", include_str!(env!(\"WANTED\"))); }\n");

  private static final Map<String, String> CARGO =
      Map.of(
          "Cargo.toml",
          "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
          "src/lib.rs",
          "",
          "build.rs",
          "fn main() { panic!(\"{:?}\", std::fs::read_to_string(env!(\"WANTED\"))); }\n");

  private static final String GO_MOD = "module a\n\ngo 1.19\n";

  private static final Map<String, String> EMBED =
      Map.of(
          "go.mod",
          GO_MOD + "\nrequire b v0.0.0\n\nreplace b => @\n",
          "main.go",
          "package main\n\nimport \"b\"\n\nfunc main() { print(b.Secret) }\n",
          "b.mod",
          "module b\n\ngo 1.19\n",
          "b.txt",
          "package b\n\nimport _ \"embed\"\n\n//go:embed canary\nvar Secret string\n");

  /** Embedding takes no paths outside of a module; an overlay makes a module of any directory. */
  private static final String OVERLAY =
      "d=$(dirname \"$WANTED\"); sed -i \"s|@|$d|\" go.mod;"
          + " printf '{\"Replace\":{\"%s/go.mod\":\"%s/b.mod\",\"%s/b.go\":\"%s/b.txt\"}}'"
          + " \"$d\" \"$PWD\" \"$d\" \"$PWD\" >overlay.json; go run -overlay overlay.json .";

  private static final Map<String, String> GENERATE =
      Map.of(
          "go.mod",
          GO_MOD,
          "main.go",
          "package main\n\n//go:generate sh -c \"cat $WANTED\"\nfunc main() {}\n");

  private static final String PROCESS = "javac P.java && javac -cp . -processor P Main.java";

  private static final Map<String, String> PROCESSOR =
      Map.of(
          "Main.java",
          "class Main {}\n",
          "P.java",
          """
          import java.nio.file.*;
          import java.util.Set;
          import javax.annotation.processing.*;
          import javax.lang.model.element.TypeElement;
          import javax.tools.Diagnostic;

          @SupportedAnnotationTypes("*")
          public class P extends AbstractProcessor {
            public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) {
              String found;
              try {
                found = Files.readString(Path.of(System.getenv("WANTED")));
              } catch (Exception e) {
                found = e.toString();
              }
              processingEnv.getMessager().printMessage(Diagnostic.Kind.NOTE, found);
              return false;
            }
          }
          """);

  private static final String NPM = "npm install --offline --no-audit --foreground-scripts";

  private static final Map<String, String> PACKAGE =
      Map.of("package.json", "{\"scripts\":{\"preinstall\":\"cat $WANTED\"}}\n");

  private static final Map<String, String> SETUP =
      Map.of("setup.py", "import os\nprint(open(os.environ['WANTED']).read())\n");

  private static final String GIANT =
      "gcc -c giant.c 2>&1 | tail -n 3; size=$(stat -c %s giant.o || echo 0);"
          + " if [ \"$size\" -gt 200000000 ]; then echo BREACH; else echo HELD \"$size\"; fi";

  /** Each macro is eight times the one before; the last one is two million numbers. */
  private static final String LAUGHS =
      """
      #define A 1,1,1,1,1,1,1,1
      #define B A,A,A,A,A,A,A,A
      #define C B,B,B,B,B,B,B,B
      #define D C,C,C,C,C,C,C,C
      #define E D,D,D,D,D,D,D,D
      #define F E,E,E,E,E,E,E,E
      #define G F,F,F,F,F,F,F,F
      int laughs[] = { G };
      """;
}
