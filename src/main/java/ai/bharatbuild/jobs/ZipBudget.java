package ai.bharatbuild.jobs;

import ai.bharatbuild.problem.ApiException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much more may be packed into one archive. Files can grow after they were counted, so what is
 * really read counts as well. Thread-safe. Methods fail with 413 when it is too much.
 */
final class ZipBudget {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param limit bytes
   */
  ZipBudget(long limit) {
    this.limit = limit;
  }

  /** Checks sizes before anything is read; takes nothing. */
  void foresee(Collection<Long> sizes) {
    check(sizes.stream().mapToLong(Long::longValue).sum());
  }

  void take(long bytes) {
    check(taken.addAndGet(bytes));
  }

  /** The stream, each byte of which is taken as it is read. */
  InputStream taking(InputStream source) {
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        take(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        take(Math.max(0, count));
        return count;
      }
    };
  }

  private void check(long size) {
    if (size > limit) {
      throw ApiException.tooLarge(
          "The files of the ZIP have %d bytes; the limit is %d. Delete what the ZIP need not hold."
              .formatted(size, limit),
          limit,
          size);
    }
  }
}
