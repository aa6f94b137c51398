package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that stand back: one gets about a tenth of what each other that wants to run gets, and
 * everything where no other does.
 */
public final class Background {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;
  private static final int NICE = 10;

  private Background() {}

  /** What a thread is to be started with; the priority is the thread's for good. */
  public static Runnable task(Runnable work) {
    return () -> {
      lower();
      work.run();
    };
  }

  /** Java's own thread priorities mean nothing on Linux; setpriority does, thread by thread. */
  private static void lower() {
    try {
      int result = (int) Holder.SET_PRIORITY.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
      if (result != 0) {
        LOG.warn("a background thread could not be given a lower priority");
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Holder {
    static final MethodHandle SET_PRIORITY =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().find("setpriority").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  }
}
