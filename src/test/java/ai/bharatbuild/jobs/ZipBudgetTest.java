package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.problem.ApiException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZipBudgetTest {
  @Test
  void refusesWhatIsForeseenToBeTooMuch() {
    ZipBudget budget = new ZipBudget(10);

    budget.foresee(List.of(4L, 6L));
    assertThatThrownBy(() -> budget.foresee(List.of(4L, 6L, 1L)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(413));
  }

  @Test
  void countsWhatIsReadOfAFileThatGrew() throws Exception {
    ZipBudget budget = new ZipBudget(10);
    budget.foresee(List.of(1L));

    try (InputStream grown = budget.taking(new ByteArrayInputStream(new byte[11]))) {
      assertThat(grown.readNBytes(10)).hasSize(10);
      assertThatThrownBy(grown::read).isInstanceOf(ApiException.class);
    }
  }

  @Test
  void countsTheFilesTogether() {
    ZipBudget budget = new ZipBudget(10);
    budget.take(6);

    assertThatThrownBy(() -> budget.take(5)).isInstanceOf(ApiException.class);
  }
}
