package ai.bharatbuild.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspacePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a..b",
        "..a",
        "a..",
        "...",
        ".gitignore",
        "src/App.tsx",
        "a/.job_metadata.json",
        ".job_metadata.json.bak",
        "ünï/ço de",
        "日本/語.txt",
        "-rf",
        "~",
        "a:b",
        "%2e%2e"
      })
  void acceptsOrdinaryNames(String path) {
    assertThat(WorkspacePath.parse(path)).hasToString(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "..",
        ".",
        "../a",
        "a/../b",
        "a/..",
        "a/./b",
        "a//b",
        "a/",
        "a\\b",
        "a\nb",
        "a\u0000b",
        "a\u007fb",
        "a\u0085b",
        ".job_metadata.json",
        ".job_metadata.json/x",
        "\ud800"
      })
  void refusesWithAReason(String path) {
    assertThatThrownBy(() -> WorkspacePath.parse(path))
        .isInstanceOfSatisfying(
            FileFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(FileFailure.Kind.INVALID_PATH))
        .message()
        .isNotBlank();
  }

  @Test
  void countsCodePointsOfThePathAndBytesOfASegment() {
    String wide = "😀";
    assertThat(WorkspacePath.parse(("a/").repeat(249) + "ab")).isNotNull();
    assertThatThrownBy(() -> WorkspacePath.parse("a/".repeat(250) + "b"))
        .hasMessageContaining("500");
    assertThat(WorkspacePath.parse((wide.repeat(49) + "/").repeat(10).substring(0, 989)))
        .isNotNull();
    assertThat(WorkspacePath.parse("é".repeat(127) + "e")).isNotNull();
    assertThatThrownBy(() -> WorkspacePath.parse("é".repeat(128))).hasMessageContaining("255");
  }

  @Property
  void whatIsAcceptedCannotClimb(@ForAll @Size(max = 6) List<String> segments) {
    String text = String.join("/", segments);
    try {
      WorkspacePath path = WorkspacePath.parse(text);
      assertThat(path.bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
      assertThat(Arrays.asList(text.split("/", -1)))
          .doesNotContain("", ".", "..")
          .allSatisfy(segment -> assertThat(segment).doesNotContain("\\", "\0"));
    } catch (FileFailure e) {
      assertThat(e.kind()).isEqualTo(FileFailure.Kind.INVALID_PATH);
    }
  }

  @Property
  void ordersAsTheBytesDo(@ForAll String a, @ForAll String b) {
    byte[] x = a.getBytes(StandardCharsets.UTF_8);
    byte[] y = b.getBytes(StandardCharsets.UTF_8);
    boolean valid =
        new String(x, StandardCharsets.UTF_8).equals(a)
            && new String(y, StandardCharsets.UTF_8).equals(b);
    if (valid) {
      assertThat(Integer.signum(WorkspacePath.BYTE_ORDER.compare(a, b)))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(x, y)));
    }
  }
}
