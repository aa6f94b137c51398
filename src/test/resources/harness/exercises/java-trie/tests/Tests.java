import java.util.List;

final class Tests {
  private static Trie cities() {
    Trie trie = new Trie();
    trie.add("mumbai", 20);
    trie.add("mysuru", 1);
    trie.add("mumbra", 1);
    trie.add("munnar", 5);
    trie.add("दिल्ली", 30);
    return trie;
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "the heaviest words come first",
        () ->
            Checks.equal(
                List.of("mumbai", "munnar", "mumbra", "mysuru"), cities().complete("m", 9)));
    checks.check(
        "gives no more than asked for",
        () -> Checks.equal(List.of("mumbai", "munnar"), cities().complete("mu", 2)));
    checks.check(
        "a word completes itself",
        () -> Checks.equal(List.of("munnar"), cities().complete("munnar", 3)));
    checks.check(
        "an unknown beginning has no words",
        () -> {
          Checks.equal(List.of(), cities().complete("x", 3));
          Checks.equal(List.of(), cities().complete("mumbaix", 3));
        });
    checks.check(
        "other scripts are completed",
        () -> Checks.equal(List.of("दिल्ली"), cities().complete("दि", 3)));
    checks.check(
        "a word that is added again has the new weight",
        () -> {
          Trie trie = cities();
          trie.add("mysuru", 100);
          Checks.equal(5, trie.size());
          Checks.equal(List.of("mysuru"), trie.complete("m", 1));
        });
    checks.check(
        "removes words, and nothing else",
        () -> {
          Trie trie = cities();
          Checks.isTrue(trie.remove("mumbai"));
          Checks.isTrue(!trie.remove("mumbai"));
          Checks.isTrue(!trie.remove("mum"));
          Checks.isTrue(!trie.remove("pune"));
          Checks.equal(4, trie.size());
          Checks.equal(List.of("mumbra"), trie.complete("mum", 3));
        });
    checks.check(
        "refuses an empty word",
        () -> Checks.fails(IllegalArgumentException.class, () -> new Trie().add("", 1)));
    checks.end();
  }
}
