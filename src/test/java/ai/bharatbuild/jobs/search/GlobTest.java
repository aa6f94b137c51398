package ai.bharatbuild.jobs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "*.ts,src/a.ts,true",
        "*.ts,a.ts,true",
        "*.ts,a.tsx,false",
        "/*.ts,a.ts,true",
        "/*.ts,src/a.ts,false",
        "src/*.ts,src/a.ts,true",
        "src/*.ts,src/b/a.ts,false",
        "src/*.ts,lib/src/a.ts,false",
        "src/**/*.ts,src/a.ts,true",
        "src/**/*.ts,src/b/c/a.ts,true",
        "**/b/*.ts,b/a.ts,true",
        "**/b/*.ts,x/y/b/a.ts,true",
        "**/b/*.ts,xb/a.ts,false",
        "src/,src/b/a.ts,true",
        "src/,srcs/a.ts,false",
        "a?.ts,ab.ts,true",
        "a?.ts,a.ts,false",
        "\"*.{ts,tsx}\",x/a.tsx,true",
        "\"*.{ts,tsx}\",a.js,false",
        "[a-c]x,bx,true",
        "[a-c]x,dx,false",
        "[!a-c]x,dx,true",
        "[!a-c]x,ax,false",
        "[]]x,]x,true",
        "[a-]x,-x,true",
        "[^a]x,^x,true",
        "a.c,abc,false",
        "\"a+(b)|c$^\",a+(b)|c$^,true",
        "\"a,b\",\"a,b\",true",
        "a\\*,a*,true",
        "a\\*,ab,false",
        "*,\"a\u20ac b\",true"
      })
  void matches(String glob, String path, boolean expected) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    assertThat(Glob.of(glob).matches(path, name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[a", "{a", "a}", "a\\", "[a/b]", "[z-a]"})
  void refuses(String glob) {
    assertThatThrownBy(() -> Glob.of(glob)).isInstanceOf(IllegalArgumentException.class);
  }
}
