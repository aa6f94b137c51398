package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.Brief.SeenError;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Takes requests for runs out of bodies; whatever is wrong is told at once. */
final class RunRequests {
  private static final int NAME = 200;
  private static final int JOB = 48;
  private static final int MESSAGE = 20_000;
  private static final int PATH = 1_000;
  private static final int ERRORS = 100;
  private static final int PICTURES = 5;
  private static final int PICTURE_BYTES = 5 << 20;
  private static final int MEDIA_TYPE = 50;
  private static final Set<String> MEDIA_TYPES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  private final Set<String> projectTypes;
  private final RunSettings bounds;

  /**
   * A request, read.
   *
   * @param job that it is for; null for a new one
   * @param detach whether the caller wants the run's address, not its events
   */
  record Asked(RunRequest request, String job, boolean detach, List<byte[]> pictures) {}

  RunRequests(Set<String> projectTypes, RunSettings bounds) {
    this.projectTypes = projectTypes;
    this.bounds = bounds;
  }

  /** Of {@code POST /orchestrator/generate}. */
  Asked generate(JsonNode body, Caller caller) {
    Fields fields = Fields.of(body);
    String prompt = RunFields.prompt(fields);
    List<String> types = new ArrayList<>();
    List<byte[]> pictures = pictures(fields, types);
    return read(fields, caller, RunKind.GENERATE, prompt, List.of(), types, pictures);
  }

  /** Of {@code POST /orchestrator/fix}. */
  Asked fix(JsonNode body, Caller caller) {
    Fields fields = Fields.of(body);
    List<SeenError> errors = errors(fields);
    fields.text("job_id", 1, JOB);
    String prompt = fields.text("prompt", 1, RunFields.PROMPT, "Repair the project.");
    return read(fields, caller, RunKind.FIX, prompt, errors, List.of(), List.of());
  }

  private Asked read(
      Fields fields,
      Caller caller,
      RunKind kind,
      String prompt,
      List<SeenError> errors,
      List<String> pictureTypes,
      List<byte[]> pictures) {
    String job = fields.text("job_id", 1, JOB, null);
    String type = RunFields.projectType(fields, projectTypes);
    Fields options = fields.object("options");
    RunRequest request =
        new RunRequest(
            kind,
            caller.userId(),
            caller.account(),
            caller.apiKey(),
            null,
            null,
            fields.text("project_name", 1, NAME, RunFields.name(prompt)),
            prompt,
            type,
            options.flag("approve_plan", false),
            options.flag("documents", false),
            options.whole("max_cost_micros", 1, bounds.maxCostMicros(), bounds.maxCostMicros()),
            options.whole("max_tokens", 1, bounds.maxTokens(), bounds.maxTokens()),
            errors,
            pictureTypes);
    boolean detach = fields.flag("detach", false);
    fields.check();
    return new Asked(request, job, detach, pictures);
  }

  private static List<SeenError> errors(Fields fields) {
    List<SeenError> errors = new ArrayList<>();
    List<Fields> given = fields.objects("errors");
    if (given == null) {
      return errors;
    }
    if (given.size() > ERRORS) {
      fields.error("errors", "must have at most " + ERRORS + " elements", "length");
      return errors;
    }
    for (Fields error : given) {
      String file = error.text("file", 0, PATH, null);
      long line = error.whole("line", 0, Integer.MAX_VALUE, 0);
      String message = error.text("message", 1, MESSAGE);
      errors.add(new SeenError(file, (int) line, message));
    }
    return errors;
  }

  private static List<byte[]> pictures(Fields fields, List<String> types) {
    List<byte[]> pictures = new ArrayList<>();
    List<Fields> given = fields.objects("images");
    if (given == null) {
      return pictures;
    }
    if (given.size() > PICTURES) {
      fields.error("images", "must have at most " + PICTURES + " elements", "length");
      return pictures;
    }
    for (Fields picture : given) {
      String type = picture.text("media_type", 1, MEDIA_TYPE);
      if (type != null && !MEDIA_TYPES.contains(type)) {
        picture.error("media_type", "must be PNG, JPEG, GIF or WebP", "value_error");
      }
      types.add(type);
      pictures.add(bytes(picture));
    }
    return pictures;
  }

  private static byte[] bytes(Fields picture) {
    String data = picture.text("data", 1, 2 * PICTURE_BYTES);
    if (data == null) {
      return new byte[0];
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(data);
      if (bytes.length > PICTURE_BYTES) {
        picture.error("data", "must hold at most 5 MB", "length");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      picture.error("data", "must be base64", "value_error");
      return new byte[0];
    }
  }
}
