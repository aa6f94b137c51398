package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a runtime that can keep commands does when another server comes for them. */
public abstract class SandboxRuntimeContractResume extends SandboxRuntimeContractHarness {
  private static final int SIGTERM = 15;
  private static final long MUCH = 20_000_000;

  private SandboxRuntime next;

  @BeforeAll
  void openTheOtherServer() {
    next = open(vertx, serverId);
  }

  @AfterAll
  void closeTheOtherServer() {
    await(next.close());
  }

  @Test
  void goesOnAfterThePiecesThatAreSafe() {
    ExecSpec spec =
        stdin(shell("for i in 1 2 3; do echo $i; read x; done; echo end; exit 5")).asResumable();
    var first = start(spec);
    first.awaitText("1\n"::equals);
    first.session().acknowledge(1);
    first.session().write(Buffer.buffer("\n"));
    first.awaitText("1\n2\n"::equals);
    first.session().detach();

    var again = attach(next, spec, 1);
    again.awaitText("2\n"::equals);
    again.session().write(Buffer.buffer("\n"));
    again.awaitText("2\n3\n"::equals);
    again.session().write(Buffer.buffer("\n"));
    assertThat(again.awaitEnd().code()).isEqualTo(5);
    assertThat(again.text()).isEqualTo("2\n3\nend\n");
    again.session().release();
    awaitForgotten(spec);
  }

  @Test
  void keepsTheEndUntilItIsReleased() {
    ExecSpec spec = shell("echo out; echo err >&2; exit 6").asResumable();
    var first = start(spec);
    assertThat(first.awaitEnd().code()).isEqualTo(6);
    assertThat(held(spec))
        .isEqualTo(List.of(new HeldExec(spec.execId(), false, first.pieces(), 0)));
    first.session().detach();

    var again = attach(next, spec, 0);
    assertThat(again.awaitEnd()).isEqualTo(first.awaitEnd());
    assertThat(again.text()).isEqualTo("out\n");
    assertThat(again.errors()).isEqualTo("err\n");
    again.session().release();
    awaitForgotten(spec);
  }

  @Test
  void givesTheSamePiecesAgain() {
    ExecSpec spec = shell("for i in $(seq 300); do echo $i; done; read x").asResumable();
    spec = stdin(spec).asResumable();
    var first = start(spec);
    first.awaitText(text -> text.endsWith("\n300\n"));
    first.session().detach();
    var again = attach(next, spec, 0);
    again.awaitText(text -> text.endsWith("\n300\n"));
    assertThat(again.pieces()).isEqualTo(first.pieces());
    assertThat(again.text()).isEqualTo(first.text());
    again.session().cancel();
    assertThat(again.awaitEnd().cause()).isEqualTo(Cause.CANCELLED);
    again.session().release();
    awaitForgotten(spec);
  }

  @Test
  void letsACommandWaitWhoseOutputIsNotAcknowledged() throws Exception {
    ExecSpec spec = shell("head -c " + MUCH + " /dev/zero; exit 7").asResumable();
    var run = start(spec);
    long[] seen = {0, -1};
    // Until nothing more comes for a while: the sandbox keeps a bounded amount.
    while (seen[0] != seen[1]) {
      seen[1] = seen[0];
      output("sleep 0.3");
      seen[0] = run.bytes().length;
    }
    assertThat(seen[0]).isBetween(65_536L, 4_194_304L);
    assertThat(run.hasEnded()).isFalse();
    while (!run.hasEnded()) {
      long pieces = run.pieces();
      run.session().acknowledge(pieces);
      run.awaitPieceAfter(pieces);
    }
    assertThat(run.awaitEnd().code()).isEqualTo(7);
    assertThat(run.bytes()).hasSize((int) MUCH);
    run.session().release();
    awaitForgotten(spec);
  }

  @Test
  void controlsACommandThatAnotherServerStarted() {
    ExecSpec signalled =
        shell("trap 'echo caught; exit 3' TERM; echo ready; while :; do :; done").asResumable();
    var first = start(signalled);
    first.awaitText("ready\n"::equals);
    first.session().detach();
    var again = attach(next, signalled, 0);
    again.awaitText("ready\n"::equals);
    await(again.session().signal(SIGTERM));
    assertThat(again.awaitEnd().code()).isEqualTo(3);
    again.session().release();

    ExecSpec timed = timeout(shell("echo ready; sleep 4721"), Duration.ofSeconds(2)).asResumable();
    var begun = start(timed);
    begun.awaitText("ready\n"::equals);
    begun.session().detach();
    var late = attach(next, timed, 1);
    assertThat(late.awaitEnd().cause()).isEqualTo(Cause.TIMEOUT);
    late.session().release();
    awaitForgotten(timed);
  }

  @Test
  void givesTheInputOfTwoServersToOneCommand() {
    Buffer one = bytes(700_000);
    Buffer two = bytes(800_000);
    ExecSpec spec = stdin(command("sha256sum")).asResumable();
    var first = start(spec);
    await(first.session().write(one));
    first.session().detach();
    var again = attach(next, spec, 0);
    await(again.session().write(two));
    await(again.session().closeStdin());
    assertThat(again.awaitEnd().code()).isZero();
    assertThat(again.text()).startsWith(sha256(one.copy().appendBuffer(two)));
    again.session().release();
  }

  @Test
  void tellsThatACommandIsLostWhichTheSandboxDoesNotHold() {
    var none = attach(next, shell("true").asResumable(), 0);
    assertThat(none.awaitEnd().cause()).isEqualTo(Cause.LOST);
    ExecSpec spec = stdin(shell("echo a; read x; echo b; read x")).asResumable();
    var first = start(spec);
    first.awaitText("a\n"::equals);
    first.session().acknowledge(1);
    await(first.session().write(Buffer.buffer("\n")));
    first.awaitText("a\nb\n"::equals);
    first.session().detach();
    assertThat(attach(next, spec, 0).awaitEnd().cause()).isEqualTo(Cause.LOST);
  }

  @Test
  void takesACommandFromTheServerThatHasIt() {
    ExecSpec spec = stdin(shell("echo a; read x; exit 4")).asResumable();
    var first = start(spec);
    first.awaitText("a\n"::equals);
    var again = attach(next, spec, 0);
    again.awaitText("a\n"::equals);
    await(again.session().write(Buffer.buffer("\n")));
    assertThat(again.awaitEnd().code()).isEqualTo(4);
    again.session().release();
  }

  private List<HeldExec> held(ExecSpec spec) {
    return await(runtime.held(sandbox.handle())).stream()
        .filter(held -> held.execId().equals(spec.execId()))
        .toList();
  }

  private void awaitForgotten(ExecSpec spec) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!held(spec).isEmpty()) {
      assertThat(System.nanoTime()).as("still held").isLessThan(end);
    }
  }

  private static String sha256(Buffer bytes) {
    try {
      return java.util.HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes.getBytes()));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
