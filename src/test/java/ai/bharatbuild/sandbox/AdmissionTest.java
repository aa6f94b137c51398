package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(100);

  @Test
  void givesNoMoreThanThereIs() {
    assertThat(admission.take("a", 60)).isTrue();
    assertThat(admission.take("b", 41)).isFalse();
    assertThat(admission.take("b", 40)).isTrue();
    assertThat(admission.used()).isEqualTo(100);
    admission.give("a");
    assertThat(admission.used()).isEqualTo(40);
  }

  @Test
  void changesAShareThatIsHeld() {
    admission.take("a", 60);
    assertThat(admission.take("a", 101)).isFalse();
    assertThat(admission.used()).isEqualTo(60);
    assertThat(admission.take("a", 100)).isTrue();
    assertThat(admission.take("a", 10)).isTrue();
    assertThat(admission.used()).isEqualTo(10);
  }

  @Test
  void countsFactsBeyondTheBudgetAndLetsThemShrink() {
    admission.put("found", 150);
    assertThat(admission.take("new", 1)).isFalse();
    assertThat(admission.take("found", 120)).isTrue();
    assertThat(admission.used()).isEqualTo(120);
  }

  @Test
  void givingTwiceChangesNothing() {
    admission.take("a", 60);
    admission.give("a");
    admission.give("a");
    assertThat(admission.used()).isZero();
  }

  @Test
  void staysExactWhenManyTakeAtOnce() throws Exception {
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> taken = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String holder = "h" + i;
        taken.add(many.submit(() -> admission.take(holder, 1)));
      }
      int got = 0;
      for (Future<Boolean> one : taken) {
        got += one.get() ? 1 : 0;
      }
      assertThat(got).isEqualTo(100);
    }
  }
}
