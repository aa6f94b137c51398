package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.sandbox.ContainerMessages.MakeRoom;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Gets a sandbox its share of memory, freezing idle ones for it where that is needed. */
final class Room {
  private final Bus bus;
  private final int shards;
  private final Admission admission;

  Room(Bus bus, int shards, Admission admission) {
    this.bus = bus;
    this.shards = shards;
    this.admission = admission;
  }

  Admission admission() {
    return admission;
  }

  /** Fails with 429 when the machine cannot hold it even with all idle sandboxes frozen. */
  Future<Void> take(String holder, long bytes) {
    if (admission.take(holder, bytes)) {
      return Future.succeededFuture();
    }
    List<Future<Void>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      asked.add(bus.ask(ContainerMessages.MAKE_ROOM, Integer.toString(shard), new MakeRoom()));
    }
    return Future.join(asked)
        .transform(
            v ->
                admission.take(holder, bytes)
                    ? Future.succeededFuture()
                    : Future.failedFuture(Admission.refusal()));
  }
}
