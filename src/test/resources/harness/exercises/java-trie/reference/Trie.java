import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class Trie {
  private static final class Node {
    private final Map<Integer, Node> next = new TreeMap<>();
    private Long weight;
  }

  private record Found(String word, long weight) {}

  private final Node root = new Node();
  private int size;

  void add(String word, long weight) {
    if (word.isEmpty()) {
      throw new IllegalArgumentException("an empty word");
    }
    Node node = root;
    for (int letter : word.codePoints().toArray()) {
      node = node.next.computeIfAbsent(letter, l -> new Node());
    }
    if (node.weight == null) {
      size++;
    }
    node.weight = weight;
  }

  boolean remove(String word) {
    Node node = find(word);
    if (node == null || node.weight == null) {
      return false;
    }
    node.weight = null;
    size--;
    return true;
  }

  List<String> complete(String prefix, int most) {
    Node node = find(prefix);
    List<Found> found = new ArrayList<>();
    if (node != null) {
      collect(node, new StringBuilder(prefix), found);
    }
    return found.stream()
        .sorted(Comparator.comparingLong(Found::weight).reversed().thenComparing(Found::word))
        .limit(most)
        .map(Found::word)
        .toList();
  }

  int size() {
    return size;
  }

  private Node find(String word) {
    Node node = root;
    for (int letter : word.codePoints().toArray()) {
      node = node.next.get(letter);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private static void collect(Node node, StringBuilder word, List<Found> found) {
    if (node.weight != null) {
      found.add(new Found(word.toString(), node.weight));
    }
    node.next.forEach(
        (letter, next) -> {
          int length = word.length();
          collect(next, word.appendCodePoint(letter), found);
          word.setLength(length);
        });
  }
}
