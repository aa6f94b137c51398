package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.sandbox.ExecSpec.Pty;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** The questions that {@link ContainerExecVerticle} answers. Sharded by workspace id. */
public final class ContainerMessages {
  private static final long SLOW_MS = 120_000;

  public static final Address<Create, Created> CREATE =
      Address.of("containers.create", Create.class, Created.class).within(SLOW_MS);

  /** Asks, before anything is begun, whether {@link #CREATE} would be refused by a limit. */
  static final Address<Of, Void> ADMITS = Address.of("containers.admits", Of.class, Void.class);

  public static final Address<Of, ContainerView> STATUS =
      Address.of("containers.status", Of.class, ContainerView.class);
  public static final Address<Of, ContainerView> STOP =
      Address.of("containers.stop", Of.class, ContainerView.class).within(SLOW_MS);
  public static final Address<Of, ContainerView> RESTART =
      Address.of("containers.restart", Of.class, ContainerView.class).within(SLOW_MS);
  public static final Address<Delete, Void> DELETE =
      Address.of("containers.delete", Delete.class, Void.class).within(SLOW_MS);

  /** Removes the sandbox of a workspace that is about to go; nothing to do is fine. */
  public static final Address<Discard, Void> DISCARD =
      Address.of("containers.discard", Discard.class, Void.class).within(SLOW_MS);

  public static final Address<Mine, Views> LIST =
      Address.of("containers.list", Mine.class, Views.class);
  public static final Address<Of, Usage> STATS =
      Address.of("containers.stats", Of.class, Usage.class);
  public static final Address<Of, Buffer> PROCESSES =
      Address.of("containers.processes", Of.class, Buffer.class);

  /** What the running sandbox was made of. */
  static final Address<Of, MadeOf> MADE_OF =
      Address.of("containers.made-of", Of.class, MadeOf.class);

  public static final Address<Of, Listening> PORTS =
      Address.of("containers.ports", Of.class, Listening.class);
  public static final Address<Locate, Located> LOCATE =
      Address.of("containers.locate", Locate.class, Located.class);

  /** Notes that the files of a sandbox were used, so that it is not idle. */
  public static final Address<Of, Void> TOUCH =
      Address.of("containers.touch", Of.class, Void.class);

  public static final Address<Sweep, Swept> SWEEP =
      Address.of("containers.sweep", Sweep.class, Swept.class).within(SLOW_MS);

  /** Freezes what is idle, because memory is needed. */
  static final Address<MakeRoom, Void> MAKE_ROOM =
      Address.of("containers.make-room", MakeRoom.class, Void.class);

  static final Address<OpenTerminal, TerminalViewer> TERMINAL =
      Address.of("terminals.open", OpenTerminal.class, TerminalViewer.class);
  static final Address<Of, TerminalList> TERMINALS =
      Address.of("terminals.list", Of.class, TerminalList.class);
  static final Address<OfTerminal, Void> TERMINAL_CLOSE =
      Address.of("terminals.close", OfTerminal.class, Void.class);

  static final Address<Start, Stream> EXEC =
      Address.of("execs.start", Start.class, Stream.class).within(60_000);
  static final Address<Of, ExecList> EXECS = Address.of("execs.list", Of.class, ExecList.class);
  static final Address<OfExec, ExecView> EXEC_STATUS =
      Address.of("execs.status", OfExec.class, ExecView.class);
  static final Address<OfExec, Stream> EXEC_EVENTS =
      Address.of("execs.events", OfExec.class, Stream.class);
  static final Address<OfExec, Void> EXEC_CANCEL =
      Address.of("execs.cancel", OfExec.class, Void.class);
  static final Address<Input, Void> EXEC_STDIN =
      Address.of("execs.stdin", Input.class, Void.class).within(3_600_000);
  static final Address<Signal, Void> EXEC_SIGNAL =
      Address.of("execs.signal", Signal.class, Void.class);

  static final Address<Watch, WatchReader> WATCH =
      Address.of("containers.watch", Watch.class, WatchReader.class).within(60_000);

  private ContainerMessages() {}

  public record Create(String id, String owner, ProjectType type, ContainerConfig config) {}

  /**
   * @param fresh false when it was live already
   */
  public record Created(ContainerView view, boolean fresh) {}

  public record Of(String id, String owner) {}

  public record Delete(String id, String owner, boolean files) {}

  public record Discard(String id) {}

  public record Mine(String owner) {}

  public record Views(List<ContainerView> views) {}

  /** Use of a sandbox; the cpu is percent of one processor. */
  public record Usage(
      double cpuPercent,
      double memoryUsageMb,
      double memoryLimitMb,
      double memoryPercent,
      String status,
      double uptimeSeconds) {}

  /**
   * @param port null for the one that the server finds
   * @param owner whose container it must be
   * @param orPublic whether what everybody may see is found, too; with a null owner and not this,
   *     everything is found
   * @param refresh whether to look again instead of using what was found before
   */
  public record Locate(String id, String owner, boolean orPublic, Integer port, boolean refresh) {}

  /**
   * @param state {@code running}, {@code waiting} when nothing listens yet, or {@code stopped}
   * @param address null unless running
   * @param port the port in the sandbox, null when none is known
   */
  public record Located(String state, String address, Integer port) {}

  public record Listening(List<Integer> ports, ContainerView container) {}

  /**
   * @param image its digest, or null where there is none
   */
  record MadeOf(String image) {}

  /** Ends what is idle or too old. */
  public record Sweep() {}

  record MakeRoom() {}

  /**
   * @param terminalId null for a new one
   * @param size null for that of the terminal, or 80 by 24 for a new one
   * @param position where the client was; negative for as far back as is kept
   */
  record OpenTerminal(String id, String owner, String terminalId, Pty size, long position) {
    Pty startSize() {
      return size == null ? new Pty(80, 24) : size;
    }
  }

  record OfTerminal(String id, String owner, String terminalId) {}

  record TerminalView(String terminalId, Instant startedAt, int cols, int rows, int viewers) {}

  record TerminalList(List<TerminalView> terminals) {}

  public record Swept(int stopped, int removed) {}

  /**
   * @param tagged whether each event names its exec
   */
  record Start(String id, String owner, ExecRequest request, boolean tagged, String requestId) {}

  /**
   * @param after the last event that the asker has; 0 for none
   */
  record Watch(String id, String owner, WorkspacePath below, long after) {}

  record OfExec(String id, String owner, String execId) {}

  record ExecList(List<ExecView> execs) {}

  record Stream(ExecView view, EventLog log) {}

  record Input(String id, String owner, String execId, Buffer bytes, boolean eof) {}

  record Signal(String id, String owner, String execId, int number) {}
}
