package ai.bharatbuild.problem;

import java.util.List;

/**
 * One wrong field of a request.
 *
 * @param loc where it stands, such as {@code ["body", "files", 3, "path"]}
 * @param msg what is wrong, for people
 * @param type what is wrong, for programs, such as {@code missing} or {@code type_error}
 */
public record FieldError(List<Object> loc, String msg, String type) {}
