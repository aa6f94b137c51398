package ai.bharatbuild.files;

/**
 * The open directories of one workspace: its files, and where on the same mount what is being
 * written to it or removed from it is put, out of everybody's sight. Not for sharing among threads.
 */
final class Home implements AutoCloseable {
  private final Place place;
  private final Fd root;
  private final Fd temporary;
  private final Fd trash;

  private Home(Place place, Fd root, Fd temporary, Fd trash) {
    this.place = place;
    this.root = root;
    this.temporary = temporary;
    this.trash = trash;
  }

  /**
   * Opens the home of a workspace.
   *
   * @param temporary the base's own, used where the files lie on the base's mount
   * @param trash as {@code temporary}
   * @throws FileFailure of kind NOT_FOUND when there is none
   */
  static Home open(Fd base, Place place, String id, Fd temporary, Fd trash) {
    Fd root = Directories.open(base.number(), WorkspaceBase.bytes(place.path(id)));
    if (!place.isVolume()) {
      return new Home(place, root, temporary, trash);
    }
    Fd own = null;
    try {
      own = openBeside(base, place, "/tmp");
      return new Home(place, root, own, openBeside(base, place, "/trash"));
    } catch (RuntimeException e) {
      root.close();
      if (own != null) {
        own.close();
      }
      throw e;
    }
  }

  static Fd openBeside(Fd base, Place volume, String name) {
    return Directories.open(
        base.number(), WorkspaceBase.bytes(Place.VOLUMES + volume.token() + name));
  }

  Place place() {
    return place;
  }

  Fd root() {
    return root;
  }

  Fd temporary() {
    return temporary;
  }

  Fd trash() {
    return trash;
  }

  @Override
  public void close() {
    root.close();
    if (place.isVolume()) {
      temporary.close();
      trash.close();
    }
  }
}
