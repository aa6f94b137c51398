package ai.bharatbuild.sandbox.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A hold on the network namespace of a process, which stays the same when the process ends and its
 * number is given to another. Methods block; any thread may call them, one at a time.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final int O_CLOEXEC = 02000000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final Path OWN = Path.of("/proc/self/ns/net");

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle UNSHARE =
      bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** What is done in a namespace. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  private final int descriptor;

  private NetworkNamespace(int descriptor) {
    this.descriptor = descriptor;
  }

  private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... more) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] options = new Linker.Option[more.length + 1];
    System.arraycopy(more, 0, options, 1, more.length);
    options[0] = Linker.Option.captureCallState("errno");
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }

  /**
   * Takes hold of a process's namespace.
   *
   * @throws NoSuchFileException when there is no such process here
   * @throws IOException when this one may not look at it
   */
  public static NetworkNamespace ofProcess(long pid) throws IOException {
    return open(Path.of("/proc", Long.toString(pid), "ns", "net"));
  }

  private static NetworkNamespace open(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      return new NetworkNamespace(call(OPEN, path, O_CLOEXEC));
    } catch (IOException e) {
      throw Files.exists(file)
          ? new IOException("cannot open " + file + ": " + e.getMessage(), e)
          : new NoSuchFileException(file.toString());
    }
  }

  /** Whether this is the namespace that this process itself is in. */
  public boolean isOwn() throws IOException {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    return Files.readSymbolicLink(link).equals(Files.readSymbolicLink(OWN));
  }

  int descriptor() {
    return descriptor;
  }

  /**
   * Runs something in the namespace, on a thread of its own, which ends with it, so that no other
   * work of this process ever happens there.
   */
  void within(Action action) throws IOException {
    onThreadOfItsOwn(
        () -> {
          call(SETNS, descriptor, CLONE_NEWNET);
          action.run();
        });
  }

  /** Runs something in a new, empty namespace that is gone afterwards, unless somebody holds it. */
  static void withinNew(Action action) throws IOException {
    onThreadOfItsOwn(
        () -> {
          call(UNSHARE, CLONE_NEWNET);
          action.run();
        });
  }

  /** The namespace of the thread that calls. */
  static NetworkNamespace ofThread() throws IOException {
    return open(Path.of("/proc/thread-self/ns/net"));
  }

  private static void onThreadOfItsOwn(Action action) throws IOException {
    IOException[] failure = new IOException[1];
    Thread thread =
        Thread.ofPlatform()
            .name("network-namespace")
            .start(
                () -> {
                  try {
                    action.run();
                  } catch (IOException e) {
                    failure[0] = e;
                  } catch (RuntimeException | Error e) {
                    failure[0] = new IOException(e);
                  }
                });
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // What it does takes no longer than a moment, and must not be left half done.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure[0] != null) {
      throw failure[0];
    }
  }

  private static int call(MethodHandle handle, Object... arguments) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
      Object[] all = new Object[arguments.length + 1];
      all[0] = errno;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      int result = (int) handle.invokeWithArguments(all);
      if (result < 0) {
        throw new IOException("error number " + errno.get(JAVA_INT, 0));
      }
      return result;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls do not throw", e);
    }
  }

  @Override
  public void close() {
    try {
      call(CLOSE, descriptor);
    } catch (IOException e) {
      throw new AssertionError("a descriptor of its own", e);
    }
  }
}
