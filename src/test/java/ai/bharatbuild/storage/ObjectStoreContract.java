package ai.bharatbuild.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ObjectStore} keeps to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ObjectStoreContract {
  private static final int MB = 1 << 20;
  protected final Vertx vertx = Vertx.vertx();
  private ObjectStore store;

  @TempDir Path scratch;

  /** A store without objects. */
  protected abstract ObjectStore open() throws Exception;

  @BeforeAll
  void start() throws Exception {
    store = open();
  }

  @AfterAll
  void end() throws Exception {
    await(store.close());
    await(vertx.close());
  }

  @Test
  void whatWasPutIsThereWholeAndInPart() throws Exception {
    byte[] bytes = random(3 * MB + 17);
    await(putStream("a/whole", bytes));
    assertThat(read("a/whole", ByteRange.ALL)).isEqualTo(bytes);
    assertThat(read("a/whole", new ByteRange(MB, MB + 99)))
        .isEqualTo(java.util.Arrays.copyOfRange(bytes, MB, MB + 100));
    assertThat(read("a/whole", new ByteRange(bytes.length - 5, Long.MAX_VALUE))).hasSize(5);
    assertThat(read("a/whole", new ByteRange(0, 10L * bytes.length))).isEqualTo(bytes);
    ObjectBody part = await(onLoop(() -> store.get("a/whole", new ByteRange(1, 2))));
    assertThat(part.size()).isEqualTo(bytes.length);
    assertThat(part.length()).isEqualTo(2);
    part.close().run();
    ObjectStat stat = await(store.stat("a/whole"));
    assertThat(stat.size()).isEqualTo(bytes.length);
    assertThat(stat.modified()).isNotNull();
  }

  @Test
  void anObjectOfNothingIsAnObject() throws Exception {
    await(store.putBytes("empty", Buffer.buffer()));
    assertThat(read("empty", ByteRange.ALL)).isEmpty();
    assertThat(await(store.stat("empty")).size()).isZero();
    await(putStream("empty-stream", new byte[0]));
    assertThat(read("empty-stream", ByteRange.ALL)).isEmpty();
  }

  @Test
  void aFileIsCopied() throws Exception {
    byte[] bytes = random(2 * MB);
    Path file = scratch.resolve("file");
    Files.write(file, bytes);
    await(store.putFile("file", file));
    Files.write(file, random(10));
    assertThat(read("file", ByteRange.ALL)).isEqualTo(bytes);
  }

  @Test
  void aSecondPutReplacesTheFirst() throws Exception {
    await(store.putBytes("twice", Buffer.buffer("first and longer")));
    await(store.putBytes("twice", Buffer.buffer("second")));
    assertThat(read("twice", ByteRange.ALL)).isEqualTo("second".getBytes());
  }

  @Test
  void aReaderOfTheOldObjectIsNotShownTheNew() throws Exception {
    byte[] old = random(4 * MB);
    await(store.putBytes("replaced", Buffer.buffer(old)));
    ObjectBody opened = await(onLoop(() -> store.get("replaced", ByteRange.ALL)));
    await(store.putBytes("replaced", Buffer.buffer(random(4 * MB))));
    assertThat(await(onLoop(() -> opened.collect(old.length))).getBytes()).isEqualTo(old);
  }

  @Test
  void aStreamOfAnotherLengthLeavesNothing() throws Exception {
    byte[] bytes = random(MB);
    assertThatThrownBy(() -> await(putStream("short", bytes, MB + 1)))
        .hasMessageContaining("announced");
    assertThatThrownBy(() -> await(putStream("long", bytes, MB - 1)))
        .hasMessageContaining("announced");
    assertThat(await(store.stat("short"))).isNull();
    assertThat(await(store.stat("long"))).isNull();
  }

  @Test
  void whatIsMissingIsTold() throws Exception {
    assertThat(await(store.stat("missing"))).isNull();
    assertThatThrownBy(() -> read("missing", ByteRange.ALL))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(404));
    await(store.putBytes("ten", Buffer.buffer(new byte[10])));
    assertThatThrownBy(() -> read("ten", new ByteRange(10, 20)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(416));
    await(store.delete("ten"));
    await(store.delete("ten"));
    assertThat(await(store.stat("ten"))).isNull();
  }

  @Test
  void objectsAreListedInPages() throws Exception {
    for (int i = 0; i < 7; i++) {
      await(store.putBytes("list/" + i % 2 + "/k" + i, Buffer.buffer("x")));
    }
    await(store.putBytes("list-other/k", Buffer.buffer("x")));
    List<String> keys = new ArrayList<>();
    String after = "";
    ObjectPage page;
    do {
      page = await(store.list("list/", after, 3));
      assertThat(page.objects()).hasSizeLessThanOrEqualTo(3);
      page.objects().forEach(it -> keys.add(it.key()));
      after = keys.getLast();
    } while (page.more());
    assertThat(keys)
        .containsExactly(
            "list/0/k0",
            "list/0/k2",
            "list/0/k4",
            "list/0/k6",
            "list/1/k1",
            "list/1/k3",
            "list/1/k5");
    assertThat(await(store.list("list/1/k3", "", 10)).objects()).hasSize(1);
    assertThat(await(store.list("nothing/here", "", 10)).objects()).isEmpty();
  }

  @Test
  void keysThatLeadElsewhereAreRefused() {
    for (String key : List.of("", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a b", "a\0b")) {
      assertThatThrownBy(() -> store.stat(key)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.list("../", "", 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itSaysThatItWorks() throws Exception {
    assertThat(await(store.ping())).isNotBlank();
  }

  private Future<Void> putStream(String key, byte[] bytes) throws Exception {
    return putStream(key, bytes, bytes.length);
  }

  private Future<Void> putStream(String key, byte[] bytes, long announced) throws Exception {
    Path file = Files.createTempFile(scratch, "stream", "");
    Files.write(file, bytes);
    return onLoop(
        () ->
            vertx
                .fileSystem()
                .open(file.toString(), new OpenOptions().setWrite(false))
                .compose(stream -> store.put(key, stream, announced)));
  }

  private byte[] read(String key, ByteRange range) throws Exception {
    return await(
            onLoop(() -> store.get(key, range).compose(body -> body.collect(Integer.MAX_VALUE))))
        .getBytes();
  }

  /** Streams are read where they were opened, as on a route. */
  private <T> Future<T> onLoop(java.util.function.Supplier<Future<T>> work) {
    return Future.future(promise -> vertx.runOnContext(v -> work.get().onComplete(promise)));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  protected static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
