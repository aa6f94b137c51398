package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.jobs.JobMessages.BatchFile;
import ai.bharatbuild.jobs.JobMessages.BatchResult;
import ai.bharatbuild.jobs.JobMessages.Content;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files as they stand in JSON: text, or base64 where the bytes are not UTF-8. */
final class FileBodies {
  static final int MAX_BATCH = 1000;
  private static final String BASE64 = "base64";

  private FileBodies() {}

  /** One file of a request. */
  record Given(WorkspacePath path, byte[] content) {}

  static Given one(JsonNode body) {
    Fields fields = Fields.of(body);
    String path = path(fields);
    byte[] content = content(fields);
    fields.check();
    return new Given(parse(path), content);
  }

  /** The files of a batch: an array, or an object that holds it as {@code files}. */
  static List<BatchFile> batch(JsonNode body) {
    JsonNode array = body.isObject() && body.has("files") ? body.get("files") : body;
    if (array.isArray() && array.size() > MAX_BATCH) {
      throw ApiException.validation(
          List.of(
              new FieldError(
                  List.of("body"),
                  "a batch has at most %d files; this one has %d"
                      .formatted(MAX_BATCH, array.size()),
                  "length")));
    }
    List<FieldError> errors = new ArrayList<>();
    List<BatchFile> files = new ArrayList<>();
    for (Fields fields : Fields.array(array, errors)) {
      String path = path(fields);
      byte[] content = content(fields);
      if (errors.isEmpty()) {
        files.add(batchFile(path, content));
      }
    }
    if (!errors.isEmpty()) {
      throw ApiException.validation(errors);
    }
    return files;
  }

  private static BatchFile batchFile(String path, byte[] content) {
    try {
      return new BatchFile(path, WorkspacePath.parse(path), content, null);
    } catch (FileFailure e) {
      ApiException refused = (ApiException) FileProblems.toApi(e);
      return new BatchFile(path, null, content, refused.problem());
    }
  }

  /** A path from a request; a bad one is the API's 400. */
  static WorkspacePath parse(String path) {
    try {
      return WorkspacePath.parse(path);
    } catch (FileFailure e) {
      throw FileProblems.toApi(e);
    }
  }

  /** An empty path means the workspace itself. */
  static WorkspacePath directory(String path) {
    return path == null || path.isEmpty() ? WorkspacePath.root() : parse(path);
  }

  static Buffer json(Content file) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", file.path());
    try {
      body.put(
          "content",
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.bytes())).toString());
    } catch (CharacterCodingException e) {
      body.put("content", Base64.getEncoder().encodeToString(file.bytes()));
      body.put("encoding", BASE64);
    }
    return Json.encode(body);
  }

  /** Results as the API shows them: a size, or an error and its code. */
  static List<Map<String, Object>> results(List<BatchResult> results) {
    List<Map<String, Object>> shown = new ArrayList<>(results.size());
    for (BatchResult result : results) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("path", result.path());
      entry.put("success", result.success());
      if (result.success()) {
        entry.put("size", result.size());
      } else {
        entry.put("error", result.error());
        entry.put("code", result.code());
      }
      shown.add(entry);
    }
    return shown;
  }

  /** Any text: what is wrong with a path is told as {@code invalid_path}, not as a wrong field. */
  private static String path(Fields fields) {
    return fields.text("path", 0, Integer.MAX_VALUE);
  }

  private static byte[] content(Fields fields) {
    String text = fields.text("content", 0, Integer.MAX_VALUE);
    String encoding = fields.text("encoding", 0, 20, "utf-8");
    if (text == null || encoding == null) {
      return null;
    }
    if (encoding.equals(BASE64)) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        fields.error("content", "is not base64", "value_error");
        return null;
      }
    }
    if (!encoding.equals("utf-8")) {
      fields.error("encoding", "must be utf-8 or base64", "value_error");
    } else if (hasLoneSurrogate(text)) {
      fields.error("content", "has half a character (a lone surrogate)", "value_error");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
