package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shell of shell lines starts faster than the image's own, and must do the same. */
class StaticShellIT extends OneSandbox {
  private static final String SHELL = "/usr/local/libexec/bharatbuild/sh";

  /** Runs each line of a file in both shells under one name, and prints where they differ. */
  private static final String COMPARE =
      """
      while IFS= read -r line; do
        own=$( (exec -a /bin/sh /bin/sh -c "$line" /bin/sh one "two words") 2>&1; echo "=$?")
        static=$( (exec -a /bin/sh %s -c "$line" /bin/sh one "two words") 2>&1; echo "=$?")
        if [ "$own" != "$static" ]; then printf '%%s\\n%%s\\n%%s\\n' "$line" "$own" "$static"; fi
      done <lines
      echo compared
      """
          .formatted(SHELL);

  private static final List<String> LINES =
      List.of(
          "echo $0 $# \"$@\" $*",
          "echo ~ ~root ~sandbox ~nobody ~nosuchuser",
          "printf '%s|%5d|%-5s|%x|%o|%e|%g|%a|%f|%c\\n' a 42 b 255 8 1.5 1e100 0.1 2.25 xyz",
          "printf '%f %g %s\\n' inf nan '\\0101'; printf '%d\\n' 12x 9999999999",
          "echo -e 'a\\tb\\0101\\c'; echo -n x; echo '\\n'",
          "echo $((7 / 2)) $((1 << 40)) $((010 + 0x10)) $((-7 % 3)); echo $((1 / 0))",
          "nosuchcommand",
          "/nosuch/command",
          "/etc/passwd",
          "cd /nosuch",
          "cat </nosuch",
          "echo x >/nosuch/file",
          "echo x >/etc/passwd",
          "exec /workspace",
          "if then",
          "echo ${x?unset}",
          "echo ${x:-default} ${x:=set} $x ${#x} ${x%e*} ${x#s}",
          "set -u; echo $y",
          "set -e; false; echo no",
          "set -- *; echo $#; echo /etc/pass*[d] /nosuch*; case ab in a?) echo yes;; esac",
          "trap 'echo bye' EXIT; trap 'echo got' USR1 RTMIN+1; kill -USR1 $$; kill -RTMIN+1 $$;"
              + " trap",
          "kill -l; kill -l 9 137",
          "kill -KILL $$",
          "sh -c 'kill -SEGV $$'; echo $?",
          "umask; umask -S; ulimit -a",
          "a=$(printf 'x\\n\\n'); echo \"[$a]\"; IFS=:; set -- a:b::c; echo $1 $#",
          "f() { local v=1; return 3; }; f; echo $? $v",
          "type echo cat nosuch if; command -v cat; command -V test",
          "test -r /etc/shadow; echo $?; test -w /tmp; echo $?; [ -x /bin/sh -a ! -d /etc/passwd ];"
              + " echo $?",
          "[ 1 -lt x ]",
          "export A=1; env | grep ^A=; unset A; readonly B=2; B=3",
          "(exit 7); echo $?; ! true; echo $?; true | false; echo $?",
          "sleep 0.01 & wait $!; echo $?; jobs; wait 99999; echo $?",
          "echo é | cat; x=é; echo ${#x} ${x%?}",
          "getopts ab: o -a; echo $o; shift 5",
          "times >/dev/null; hash; alias q='echo q'; alias; eval 'echo $((1+1))'",
          ". /nosuch; echo no");

  @BeforeEach
  void needsTheShell() throws Exception {
    assumeTrue(server.exec(id, "test -x " + SHELL).code() == 0, "the image has no such shell");
  }

  @Test
  void linesAreRunByIt() throws Exception {
    assertThat(server.exec(id, "readlink /proc/$$/exe").stdout()).isEqualTo(SHELL + "\n");
    assertThat(server.exec(id, "tr '\\0' ' ' </proc/$$/cmdline").stdout())
        .startsWith("/bin/sh -c tr ");
  }

  @Test
  void linesWithWordsForTheDynamicLoaderAreRunByTheImagesOwn() throws Exception {
    JsonObject asked =
        new JsonObject()
            .put("command", "readlink /proc/$$/exe")
            .put("env", new JsonObject().put("LD_LIBRARY_PATH", "/workspace"));

    assertThat(server.exec(id, asked).stdout()).endsWith("/dash\n");
  }

  @Test
  void bothShellsDoTheSame() throws Exception {
    write("lines", String.join("\n", LINES) + "\n");
    write("compare", COMPARE);

    assertThat(server.exec(id, "bash compare").stdout()).isEqualTo("compared\n");
  }

  private static void write(String path, String content) throws Exception {
    server.post(
        "/api/v1/containers/" + id + "/files",
        new JsonObject().put("path", path).put("content", content));
  }
}
