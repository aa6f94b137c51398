package ai.bharatbuild.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the files of a workspace are, relative to the directory of all workspaces: in the directory
 * of its name, or where a link of that name leads. Only the server makes such links, and only links
 * of these forms are followed.
 *
 * @param token names the place; empty for the directory of the workspace's own name
 */
record Place(Kind kind, String token) {
  /** What the files lie in. */
  enum Kind {
    /** The directory that bears the workspace's name. */
    NAMED,
    /** A directory that was prepared before anybody wanted it. */
    PREPARED,
    /** A file system of its own, with a size. */
    VOLUME
  }

  static final Place NAMED = new Place(Kind.NAMED, "");
  static final String PREPARED = ".state/prepared/";
  static final String VOLUMES = ".state/volumes/";
  static final String CONTENT = "/ws";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TOKEN_BYTES = 12;
  private static final String DIRECTORY_TOKEN = "[0-9a-f]{24}";
  private static final String VOLUME_TOKEN = DIRECTORY_TOKEN + "-[1-9][0-9]{0,14}";
  private static final Pattern DIRECTORY = Pattern.compile(DIRECTORY_TOKEN);
  private static final Pattern VOLUME = Pattern.compile(VOLUME_TOKEN);
  private static final Pattern LINK =
      Pattern.compile(
          "\\.state/(?:prepared/(" + DIRECTORY_TOKEN + ")|volumes/(" + VOLUME_TOKEN + ")/ws)");

  /** The place that a link leads to, or null where no server of ours can have made it. */
  static Place ofLink(byte[] target) {
    Matcher matcher = LINK.matcher(new String(target, StandardCharsets.ISO_8859_1));
    if (!matcher.matches()) {
      return null;
    }
    return matcher.group(1) != null
        ? new Place(Kind.PREPARED, matcher.group(1))
        : new Place(Kind.VOLUME, matcher.group(2));
  }

  /**
   * The place with that token.
   *
   * @throws FileFailure of kind NOT_FOUND where no place can have it
   */
  static Place ofToken(String token) {
    Place place = ofTokenOrNull(token);
    if (place == null) {
      throw new FileFailure(FileFailure.Kind.NOT_FOUND, "There is no such prepared workspace.");
    }
    return place;
  }

  static Place ofTokenOrNull(String token) {
    if (DIRECTORY.matcher(token).matches()) {
      return new Place(Kind.PREPARED, token);
    }
    if (VOLUME.matcher(token).matches()) {
      return new Place(Kind.VOLUME, token);
    }
    return null;
  }

  /** A new name for a directory. */
  static Place newDirectory() {
    byte[] random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    return new Place(Kind.PREPARED, HexFormat.of().formatHex(random));
  }

  /** A new name for a volume for so many bytes of user data. */
  static Place newVolume(long limit) {
    return new Place(Kind.VOLUME, newDirectory().token() + '-' + limit);
  }

  boolean isVolume() {
    return kind == Kind.VOLUME;
  }

  boolean isNamed() {
    return kind == Kind.NAMED;
  }

  /** For a volume: the bytes of user data that it was made for. */
  long limit() {
    return Long.parseLong(token.substring(token.indexOf('-') + 1));
  }

  /** The failure of a system call there; a full volume is told from a full disk of the server's. */
  FileFailure failure(int negativeErrno, String action) {
    FileFailure failure = FileFailure.of(negativeErrno, action);
    return isVolume() && failure.kind() == FileFailure.Kind.NO_SPACE
        ? new FileFailure(
            FileFailure.Kind.NO_SPACE,
            "The workspace's disk of %d MB is full; delete files, or choose a larger disk_limit."
                .formatted(limit() >> 20))
        : failure;
  }

  /** The path of the files from the directory of all workspaces; also what a link to it says. */
  String path(String id) {
    return switch (kind) {
      case NAMED -> id;
      case PREPARED -> PREPARED + token;
      case VOLUME -> VOLUMES + token + CONTENT;
    };
  }

  Path below(Path base, String id) {
    return base.resolve(path(id));
  }
}
