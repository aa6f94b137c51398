package ai.bharatbuild.agents.author;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepositoryMapTest {
  private final MemoryWorkspace files = new MemoryWorkspace();

  private List<String> ranked(String subject, String... named) {
    return RepositoryMap.of(files).ranked(subject, Set.of(named)).stream()
        .map(SourceFile::path)
        .toList();
  }

  private void noise(int count) {
    for (int i = 0; i < count; i++) {
      files.with(
          "aaa/part%04d.ts".formatted(i),
          "import { render } from './render';\nexport const part%d = render(%d);\n"
              .formatted(i, i));
    }
  }

  @Test
  void whatASubjectIsAboutComesFirstWhereverItLies() {
    noise(500);
    files
        .with("zzz/checkout.ts", "import { Cart } from './cart';\nexport class Checkout {}\n")
        .with("zzz/cart.ts", "export class Cart {}\n")
        .with("zzz/tax.ts", "import { Cart } from './cart';\nexport const rate = 18;\n");

    assertThat(ranked("The checkout button does nothing").subList(0, 2))
        .containsExactly("zzz/checkout.ts", "zzz/cart.ts");
  }

  @Test
  void whatAnErrorNamesComesBeforeAll() {
    noise(50);
    files.with("lib/dates.py", "def parse(text):\n    return text\n");

    assertThat(ranked("NameError: x").getFirst()).isNotEqualTo("lib/dates.py");
    assertThat(ranked("NameError: x", "lib/dates.py").getFirst()).isEqualTo("lib/dates.py");
    assertThat(ranked("File \"lib/dates.py\", line 2").getFirst()).isEqualTo("lib/dates.py");
  }

  @Test
  void theTextStaysWithinItsTokensAndCountsTheRest() {
    noise(2000);
    files.with("zzz/checkout.ts", "export class Checkout {}\nexport function total() {}\n");

    String text = RepositoryMap.text(RepositoryMap.of(files).ranked("checkout", Set.of()), 500);

    assertThat(Tokens.of(text)).isLessThan(600);
    assertThat(text)
        .startsWith("zzz/checkout.ts (52 bytes): Checkout, total\n")
        .contains("more files: aaa (");
  }

  @Test
  void topLevelNamesOfManyLanguagesAreFound() {
    assertThat(
            Names.defined(
                "a.tsx",
                "export default function App() {}\nexport type Row = {};\n  const no = 1;"))
        .containsExactly("App", "Row");
    assertThat(Names.defined("a.js", "exports.one = 1;\nmodule.exports.two = 2;\n"))
        .containsExactly("one", "two");
    assertThat(
            Names.defined(
                "a.py", "class A:\n    def no(self): pass\nasync def b(): pass\nMAX = 3\n"))
        .containsExactly("A", "b", "MAX");
    assertThat(Names.defined("A.java", "public record A(int x) {\n  public int sum(int y) {\n"))
        .containsExactly("A", "sum");
    assertThat(
            Names.defined(
                "a.go", "func (s *Store) Get(id string) {}\ntype Store struct{}\nfunc main() {}\n"))
        .containsExactly("Get", "Store", "main");
    assertThat(Names.defined("a.rs", "pub fn run() {}\npub struct Job;\nfn no() {}\n"))
        .containsExactly("run", "Job");
    assertThat(Names.defined("logo.svg", "class Nothing")).isEmpty();
  }

  @Test
  void filesThatAreNoTextOrTooLargeAreKnownByTheirPath() {
    files.files.put("logo.png", new byte[] {0, 1});
    files.with("big.js", "x".repeat(300_000));

    assertThat(ranked("anything")).containsExactlyInAnyOrder("logo.png", "big.js");
  }
}
