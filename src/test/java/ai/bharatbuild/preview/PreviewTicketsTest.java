package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PreviewTicketsTest {
  private static final String OWNER = PreviewFixture.OWNER;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final PreviewTickets tickets = tickets((byte) 7);

  private PreviewTickets tickets(byte key) {
    byte[] bytes = new byte[PreviewTickets.KEY_BYTES];
    java.util.Arrays.fill(bytes, key);
    return new PreviewTickets(bytes, Duration.ofMinutes(10), Duration.ofHours(12), now::get);
  }

  @Test
  void opensItsOwnWorkspaceUntilItExpires() {
    String ticket = tickets.ticket("demo", OWNER);
    assertThat(tickets.ownerByTicket("demo", ticket)).contains(OWNER);
    now.set(now.get().plusSeconds(599));
    assertThat(tickets.ownerByTicket("demo", ticket)).contains(OWNER);
    now.set(now.get().plusSeconds(1));
    assertThat(tickets.ownerByTicket("demo", ticket)).isEmpty();
  }

  @Test
  void opensNothingElse() {
    String ticket = tickets.ticket("demo", OWNER);
    assertThat(tickets.ownerByTicket("demo2", ticket)).isEmpty();
    assertThat(tickets.ownerByTicket("dem", ticket)).isEmpty();
    assertThat(tickets.ownerByPass("demo", ticket)).isEmpty();
    assertThat(tickets((byte) 8).ownerByTicket("demo", ticket)).isEmpty();
    assertThat(tickets.ownerByTicket("demo", tickets.pass("demo", OWNER))).isEmpty();
  }

  @Property(tries = 300)
  void anyChangedCharacterSpoilsIt(@ForAll @IntRange(max = 500) int at, @ForAll char other) {
    String ticket = tickets.ticket("demo", OWNER);
    int index = at % ticket.length();
    String changed = ticket.substring(0, index) + other + ticket.substring(index + 1);
    // The last character of an encoding may hold bits that mean nothing.
    if (ticket.charAt(index) != other && index < ticket.length() - 1) {
      assertThat(tickets.ownerByTicket("demo", changed)).isEmpty();
    }
  }

  @Property(tries = 200)
  void anyTextIsTakenForWhatItIs(@ForAll String text) {
    assertThat(tickets.ownerByTicket("demo", text)).isEmpty();
    assertThat(tickets.ownerByPass("demo", text)).isEmpty();
  }

  @Test
  void needsARealKey() {
    assertThatThrownBy(
            () -> new PreviewTickets(new byte[8], Duration.ZERO, Duration.ZERO, Instant::now))
        .hasMessageContaining("too short");
  }
}
