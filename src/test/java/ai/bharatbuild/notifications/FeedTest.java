package ai.bharatbuild.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeedTest {
  private final Feed feed = new Feed(Instant.ofEpochMilli(1_000));

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      feed.add("t", Instant.EPOCH, Map.of());
    }
  }

  @Test
  void aReaderGetsEverythingBehindItsNumberOnce() {
    add(5);
    long first = feed.last() - 4;
    Feed.Part part = feed.read(first, 2);
    assertThat(part.from()).isEqualTo(first);
    assertThat(part.notices()).extracting(Notice::id).containsExactly(first + 1, first + 2);
    assertThat(feed.read(feed.last(), 10).notices()).isEmpty();
  }

  @Test
  void whatIsNotKeptAnyMoreIsAGap() {
    long start = feed.last();
    add(1_500);
    Feed.Part part = feed.read(start, 2_000);
    assertThat(part.from()).isEqualTo(start + 500);
    assertThat(part.notices()).hasSize(1_000);
    assertThat(part.notices().getFirst().id()).isEqualTo(part.from() + 1);
  }

  @Test
  void aNumberOfAnEarlierServerIsAGapAlsoWhereNothingHappened() {
    assertThat(feed.read(17, 10).from()).isEqualTo(feed.last());
    assertThat(feed.read(feed.last() + 99, 10).from()).isEqualTo(feed.last());
  }

  @Test
  void usersWhoAreAwayAreForgottenTheLongestUnusedFirst() {
    Notifications notifications = new Notifications(2);
    Feed followed = notifications.feed("a");
    followed.follow(() -> {});
    Feed unused = notifications.feed("b");
    notifications.feed("c");
    assertThat(notifications.feed("a")).isSameAs(followed);
    assertThat(notifications.feed("b")).isNotSameAs(unused);
    assertThat(List.of(notifications.feed("a"))).containsExactly(followed);
  }
}
