package ai.bharatbuild.sandbox;

/** Where previews of sandboxes are to be found by a browser. */
@FunctionalInterface
public interface PreviewAddress {
  /**
   * The address of a workspace's preview, for nobody but its owner to be told: it may carry a
   * ticket. A null port means the one that the server finds.
   */
  String of(String id, String owner, Integer port);
}
