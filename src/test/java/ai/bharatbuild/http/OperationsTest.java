package ai.bharatbuild.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsTest {
  private final Operations operations = Operations.of(Contract.load());

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/jobs, listJobs",
    "POST, /api/v1/jobs/create, createJob",
    "GET, /api/v1/jobs/a-1, getJob",
    "GET, /api/v1/jobs/admin/stats, getStorageStats",
    "GET, /api/v1/jobs/a/files, listJobFiles",
    "GET, /api/v1/jobs/a/files/src/App.tsx, readJobFile",
    "POST, /api/v1/jobs/a/files/batch, writeJobFiles",
    "DELETE, /api/v1/jobs/a/files/batch/x, deleteJobFile",
    "GET, /api/v1/jobs/a/files/batch, readJobFile",
    "GET, /api/v1/jobs/create, getJob",
    "POST, /api/v1/containers/a/exec, execCommand",
    "POST, /api/v1/containers/a/exec/batch, execCommands",
    "GET, /api/v1/preview/a/, redirectPreviewGet",
    "GET, /api/v1/preview/a/assets/index.js, redirectPreviewGet",
    "GET, /health, getHealth"
  })
  void aRequestMeansOneOperation(String method, String path, String id) {
    Operations.Match match = operations.find(method, path);

    assertThat(match).isNotNull();
    assertThat(match.operation().id()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, /api/v1",
    "GET, /api/v1/jobs/",
    "GET, /api/v1/jobs//files",
    "GET, /api/v1/nothing",
    "GET, api/v1/jobs",
    "GET, /API/v1/jobs"
  })
  void whatTheContractDoesNotHaveIsNothing(String method, String path) {
    assertThat(operations.find(method, path)).isNull();
  }

  @Test
  void anotherMethodOfAPathIsTold() {
    assertThat(operations.find("PATCH", "/api/v1/jobs")).isEqualTo(new Operations.Match(null));
  }

  @Test
  void everyOperationNamesItsPermission() {
    Map<String, Object> without =
        Map.of("paths", Map.of("/x", Map.of("get", Map.of("operationId", "x"))));
    Map<String, Object> unknown =
        Map.of("paths", Map.of("/x", Map.of("get", Map.of("x-permission", "jobs:all"))));

    assertThatThrownBy(() -> Operations.of(without)).hasMessageContaining("get /x");
    assertThatThrownBy(() -> Operations.of(unknown)).hasMessageContaining("jobs:all");
    assertThat(operations.all())
        .filteredOn(each -> each.permission() == null)
        .allMatch(each -> !each.path().startsWith("/api/v1/jobs"))
        .allMatch(each -> !each.path().startsWith("/api/v1/containers"));
  }
}
