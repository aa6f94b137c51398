import java.util.List;

final class Trie {
  void add(String word, long weight) {}

  boolean remove(String word) {
    return false;
  }

  List<String> complete(String prefix, int most) {
    return List.of();
  }

  int size() {
    return 0;
  }
}
