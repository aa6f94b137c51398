package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import ai.bharatbuild.agents.work.RunScope;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of a verification in a run's log. */
final class Told {
  /** Contents of more bytes are not in events. */
  private static final int LARGEST_TOLD = 256 << 10;

  private final RunScope scope;

  Told(RunScope scope) {
    this.scope = scope;
  }

  /** A command began; its output can be followed by its exec. */
  void command(String name, String line, String execId) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", name);
    data.put("line", line);
    data.put("exec_id", execId);
    scope.tell("command", data);
  }

  /** A command ended, or serves as planned. */
  void ended(Step step) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", step.name());
    data.put("exec_id", step.execId());
    data.put("ok", step.ok());
    data.put("exit_code", step.exitCode());
    data.put("cause", step.cause());
    data.put("millis", step.millis());
    data.put("tests", tests(step.tests()));
    data.put("output", step.output());
    scope.tell("command_end", data);
  }

  /** A rule wrote a file. */
  void file(String path, String action, byte[] bytes, String content) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", path);
    data.put("action", action);
    data.put("bytes", bytes.length);
    data.put("content", bytes.length > LARGEST_TOLD ? null : content);
    scope.tell("file", data);
  }

  void probe(ProbeResult probe) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("port", probe.port());
    data.put("path", probe.path());
    data.put("expected", probe.expected());
    data.put("status", probe.status());
    data.put("content_type", probe.contentType());
    data.put("ok", probe.ok());
    data.put("millis", probe.millis());
    scope.tell("probe", data);
  }

  void verification(Verification verification) {
    Evidence evidence = verification.evidence();
    Diagnosis diagnosis = verification.diagnosis();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("verified", evidence.verified());
    data.put("tree", evidence.tree());
    data.put("image", evidence.image());
    if (diagnosis != null) {
      data.put("kind", diagnosis.kind().text());
      data.put("step", diagnosis.step());
      data.put("headline", diagnosis.headline());
      data.put("signature", diagnosis.signature());
      data.put("repairable", diagnosis.kind().repairable());
    }
    scope.tell("verification", data);
  }

  private static Map<String, Integer> tests(TestCounts counts) {
    if (counts == null) {
      return null;
    }
    Map<String, Integer> data = new LinkedHashMap<>();
    data.put("passed", counts.passed());
    data.put("failed", counts.failed());
    data.put("skipped", counts.skipped());
    return data;
  }
}
