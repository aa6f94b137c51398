package ai.bharatbuild.sandbox;

/** Where previews of sandboxes are to be found by a browser. */
@FunctionalInterface
public interface PreviewAddress {
  /** The address of a workspace's preview; a null port means the one that the server finds. */
  String of(String id, Integer port);
}
