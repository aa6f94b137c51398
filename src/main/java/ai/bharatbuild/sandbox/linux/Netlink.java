package ai.bharatbuild.sandbox.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * One exchange of messages with a part of the kernel, over a socket of its own, so that no answer
 * can be taken for another's. It speaks of the network namespace of the thread that calls. Methods
 * block for less than a second; any thread may call them.
 */
public final class Netlink {
  /** Interfaces, addresses and routes. */
  static final int ROUTE = 0;

  /** Rules for packets. */
  public static final int NETFILTER = 12;

  /** The kernel refused a change. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int number;

    RefusedException(int number) {
      super("the kernel refuses a change with error number " + number);
      this.number = number;
    }

    /** Whether it is for want of rights. */
    public boolean forbidden() {
      return number == EPERM || number == EACCES;
    }
  }

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int EPERM = 1;
  private static final int EINTR = 4;
  private static final int EACCES = 13;
  private static final int NLMSG_ERROR = 2;
  private static final int HEADER_BYTES = 16;
  private static final int BUFFER_BYTES = 32 << 10;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final MethodHandle SOCKET =
      bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SEND =
      bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECV =
      bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private Netlink() {}

  private static MethodHandle bind(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  /**
   * Sends messages and waits until the kernel has acknowledged as many as ask for it.
   *
   * @param protocol which part of the kernel, such as {@link #NETFILTER}
   * @param messages in the machine's byte order, ready to be read
   * @param acknowledged how many of them ask to be acknowledged
   * @throws IOException when the kernel refuses one, or does not answer; of a batch, nothing was
   *     done where it refused
   */
  public static void exchange(int protocol, ByteBuffer messages, int acknowledged)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
      int socket = (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
      if (socket < 0) {
        throw failed("socket", errno);
      }
      try {
        exchange(socket, messages, acknowledged, arena, errno);
      } finally {
        int ignored = (int) CLOSE.invokeExact(errno, socket);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls do not throw", e);
    }
  }

  private static void exchange(
      int socket, ByteBuffer messages, int acknowledged, Arena arena, MemorySegment errno)
      throws Throwable {
    // struct timeval; the kernel answers before the call that sends has returned.
    MemorySegment second = arena.allocate(16, 8);
    second.set(JAVA_LONG, 0, 1);
    if ((int) SETSOCKOPT.invokeExact(errno, socket, SOL_SOCKET, SO_RCVTIMEO, second, 16) != 0) {
      throw failed("setsockopt", errno);
    }
    MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    MemorySegment text = MemorySegment.ofBuffer(messages);
    long length = text.byteSize();
    buffer.copyFrom(text);
    if ((long) SEND.invokeExact(errno, socket, buffer, length, 0) != length) {
      throw failed("send", errno);
    }
    long end = System.nanoTime() + PATIENCE_NANOS;
    for (int left = acknowledged; left > 0; ) {
      long received = (long) RECV.invokeExact(errno, socket, buffer, (long) BUFFER_BYTES, 0);
      if (received < 0 && errno.get(JAVA_INT, 0) != EINTR) {
        throw failed("recv", errno);
      }
      left -= received < 0 ? 0 : answers(buffer.asSlice(0, received));
      if (System.nanoTime() > end) {
        throw new IOException("the kernel does not answer");
      }
    }
  }

  /** How many acknowledgements these are. */
  private static int answers(MemorySegment received) throws IOException {
    ByteBuffer answers = received.asByteBuffer().order(ByteOrder.nativeOrder());
    int found = 0;
    while (answers.remaining() >= HEADER_BYTES) {
      int start = answers.position();
      int length = answers.getInt(start);
      if (answers.getShort(start + 4) == NLMSG_ERROR) {
        int error = answers.getInt(start + HEADER_BYTES);
        if (error != 0) {
          throw new RefusedException(-error);
        }
        found++;
      }
      int next = start + (Math.max(length, HEADER_BYTES) + 3 & ~3);
      answers.position(Math.min(next, answers.limit()));
    }
    return found;
  }

  private static IOException failed(String call, MemorySegment errno) {
    int number = errno.get(ValueLayout.JAVA_INT, 0);
    return new IOException("netlink: " + call + " failed with error number " + number);
  }
}
