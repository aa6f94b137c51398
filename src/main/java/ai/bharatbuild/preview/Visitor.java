package ai.bharatbuild.preview;

/**
 * Whose previews a request may see. Public ones are seen by all.
 *
 * @param owner whose private previews it may see, or null for nobody's
 * @param all whether it may see everybody's, as in {@code local} mode
 */
public record Visitor(String owner, boolean all) {
  static final Visitor ANYONE = new Visitor(null, true);
  static final Visitor STRANGER = new Visitor(null, false);

  static Visitor of(String owner) {
    return new Visitor(owner, false);
  }
}
