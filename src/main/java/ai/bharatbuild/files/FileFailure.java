package ai.bharatbuild.files;

/**
 * A file operation that could not be done, in terms a caller can act on. Messages never name a path
 * outside the workspace. Expected in ordinary use, so it carries no stack trace unless it wraps an
 * unforeseen error of the system.
 */
public final class FileFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The path itself is refused: malformed, reserved, or with a link on the way. */
    INVALID_PATH,
    NOT_FOUND,
    /** A file where a directory is needed or the reverse, or a special file in the way. */
    CONFLICT,
    /** A directory or special file was asked for its bytes. */
    NOT_REGULAR,
    /** The target of a move or a new workspace is there already. */
    EXISTS,
    NOT_EMPTY,
    /** The file has more bytes than the caller takes. */
    TOO_LARGE,
    /** The disk, or a quota on it, is full. Nothing was changed. */
    NO_SPACE,
    /** The file's permissions keep the server out; only possible when it does not run as root. */
    DENIED,
    /** Anything else that the system reported. */
    IO
  }

  private final Kind kind;
  private final long limit;
  private final long size;

  public FileFailure(Kind kind, String message) {
    this(kind, message, 0, 0);
  }

  private FileFailure(Kind kind, String message, long limit, long size) {
    super(message, null, false, kind == Kind.IO);
    this.kind = kind;
    this.limit = limit;
    this.size = size;
  }

  /** What is asked for has {@code size} bytes and at most {@code limit} are allowed. */
  public static FileFailure tooLarge(String what, long limit, long size) {
    return new FileFailure(
        Kind.TOO_LARGE,
        "%s has %d bytes; the limit is %d bytes.".formatted(what, size, limit),
        limit,
        size);
  }

  /** The files of a workspace take more than its disk is to hold, or are too many for it. */
  public static FileFailure doesNotFit(long limit) {
    return new FileFailure(
        Kind.TOO_LARGE,
        "The files of the workspace do not fit into a disk of %d MB; choose a larger disk_limit."
            .formatted(limit >> 20),
        limit,
        0);
  }

  /** For TOO_LARGE: the limit in bytes. */
  public long limit() {
    return limit;
  }

  /** For TOO_LARGE: the size in bytes; 0 where it is not known. */
  public long size() {
    return size;
  }

  public Kind kind() {
    return kind;
  }

  /** The failure that a negative result of a system call stands for. */
  static FileFailure of(int negativeErrno, String action) {
    return switch (-negativeErrno) {
      case Linux.ENOENT -> new FileFailure(Kind.NOT_FOUND, "No such file or directory.");
      case Linux.ELOOP, Linux.EXDEV ->
          new FileFailure(Kind.INVALID_PATH, "A link is on the way of the path.");
      case Linux.ENOTDIR ->
          new FileFailure(Kind.CONFLICT, "A file stands where a directory is needed.");
      case Linux.EISDIR -> new FileFailure(Kind.CONFLICT, "A directory stands at this path.");
      case Linux.EEXIST -> new FileFailure(Kind.EXISTS, "Something exists at this path already.");
      case Linux.ENOTEMPTY -> new FileFailure(Kind.NOT_EMPTY, "The directory is not empty.");
      case Linux.ENOSPC, Linux.EDQUOT ->
          new FileFailure(
              Kind.NO_SPACE, "The server's disk has no room left; nothing was changed.");
      case Linux.EACCES, Linux.EPERM ->
          new FileFailure(Kind.DENIED, "The permissions of the file do not allow this.");
      case Linux.ENAMETOOLONG -> new FileFailure(Kind.INVALID_PATH, "The path is too long.");
      default -> new FileFailure(Kind.IO, action + " failed with error number " + -negativeErrno);
    };
  }
}
