package ai.bharatbuild.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.ObjectStoreContract;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
  @TempDir static Path directory;

  @Override
  protected ObjectStore open() throws Exception {
    return await(LocalObjectStore.open(vertx, directory.resolve("store")));
  }

  @Test
  void whatAKilledServerLeftUnfinishedIsRemovedAndTheRestKept(@TempDir Path other)
      throws Exception {
    LocalObjectStore first = await(LocalObjectStore.open(vertx, other));
    await(first.putBytes("a/kept", Buffer.buffer("kept")));
    Path torn = other.resolve("unfinished").resolve("torn");
    Files.writeString(torn, "half an obj");
    LocalObjectStore second = await(LocalObjectStore.open(vertx, other));
    assertThat(torn).doesNotExist();
    assertThat(await(second.stat("a/kept")).size()).isEqualTo(4);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(other.resolve("objects"))))
        .isEqualTo("rwx------");
    await(second.close());
  }
}
