package ai.bharatbuild.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Jobs that share contents are completed and deleted at the same time, and servers are killed
 * meanwhile. No manifest may ever speak of what is not there; when all is done, each completion is
 * one version, nothing is there that no manifest speaks of, and nothing of what was deleted.
 */
class VersionEndsPropertyTest {
  private static final String OWNER = ShelfOfJobs.OWNER;
  private static final List<String> JOBS = List.of("one", "two", "three", "four");
  private static final int NEVER = Integer.MAX_VALUE;
  private static Vertx vertx;

  @BeforeContainer
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterContainer
  static void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  /** One server after another on the same disk and the same jobs. */
  private static final class World implements AutoCloseable {
    final Path base = Files.createTempDirectory("versions");
    final ShelfOfJobs jobs = new ShelfOfJobs(base);
    final LocalObjectStore objects;
    final LocalObjectStore notes;
    Versions versions;

    /** How often each job was completed in its present life. */
    final Map<String, Integer> completions = new ConcurrentHashMap<>();

    World() throws Exception {
      objects = await(LocalObjectStore.open(vertx, base.resolve("objects")));
      notes = await(LocalObjectStore.open(vertx, base.resolve("notes")));
      Files.createDirectory(base.resolve("scratch"));
      serve(NEVER);
    }

    void serve(int changes) throws Exception {
      AtomicInteger left = new AtomicInteger(changes);
      jobs.serve(left);
      versions =
          new Versions(
              vertx,
              new DyingStore(objects, left),
              new DyingStore(notes, left),
              jobs,
              base.resolve("scratch"),
              1 << 20);
      await(versions.start());
    }

    /** Completes a job; whether the server comes to keep it is another matter. */
    Future<Void> complete(String job, Map<String, String> files) throws IOException {
      jobs.complete(job, files);
      completions.merge(job, 1, Integer::sum);
      return versions.keep(job, OWNER).otherwiseEmpty();
    }

    /** Deletes a job as its shard does. */
    Future<Void> delete(String job) {
      String life = jobs.incarnation(job);
      return versions
          .ends()
          .doom(job, OWNER, life)
          .map(
              v -> {
                jobs.delete(job);
                completions.remove(job);
                versions.ends().gone(job, OWNER, life);
                return null;
              });
    }

    /** Waits until what was begun for a job is done. */
    void settle() throws Exception {
      for (String job : JOBS) {
        await(versions.keep(job, OWNER).otherwiseEmpty());
      }
    }

    /** Every content that a manifest speaks of; each must be there. */
    Set<String> needed() throws Exception {
      Set<String> hashes = new HashSet<>();
      VersionStore store = new VersionStore(objects);
      await(
          store.eachManifest(
              OWNER, manifest -> manifest.files().forEach(file -> hashes.add(file.sha256()))));
      for (String hash : hashes) {
        await(objects.get(VersionStore.contentKey(OWNER, hash), ByteRange.ALL)).close().run();
      }
      return hashes;
    }

    Set<String> names(String place) throws IOException {
      Path root = base.resolve(place);
      if (!Files.exists(root)) {
        return Set.of();
      }
      try (Stream<Path> files = Files.walk(root)) {
        Set<String> names = new HashSet<>();
        files.filter(Files::isRegularFile).forEach(f -> names.add(f.getFileName().toString()));
        return names;
      }
    }

    @Override
    public void close() throws IOException {
      try (Stream<Path> all = Files.walk(base)) {
        for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** Few contents, so that jobs share them. */
  private static Map<String, String> files(Random random) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      files.put("f" + i, "content " + random.nextInt(6));
    }
    return files;
  }

  @Property(tries = 60)
  void nothingNeededGoesAndNothingDeletedStays(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 40) int steps) throws Exception {
    Random random = new Random(seed);
    try (World world = new World()) {
      List<Future<?>> under = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        String job = JOBS.get(random.nextInt(JOBS.size()));
        if (world.jobs.incarnation(job) != null && random.nextInt(3) == 0) {
          await(world.delete(job));
        } else {
          under.add(world.complete(job, files(random)));
        }
        if (random.nextInt(4) == 0) {
          await(Future.join(under).otherwiseEmpty());
          // What is being removed meanwhile may be gone by the time it is looked for.
          world.settle();
          world.needed();
        }
      }
      world.settle();
      agree(world);
    }
  }

  @Property(tries = 60)
  void aServerThatIsKilledAtAnyMomentIsMadeUpFor(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 25) int changes) throws Exception {
    Random random = new Random(seed);
    try (World world = new World()) {
      for (String job : JOBS) {
        await(world.complete(job, files(random)));
      }
      world.serve(changes);
      List<Future<?>> under = new ArrayList<>();
      for (String job : JOBS) {
        if (random.nextBoolean()) {
          under.add(world.delete(job).otherwiseEmpty());
        } else {
          under.add(world.complete(job, files(random)));
        }
      }
      await(Future.join(under).otherwiseEmpty());
      world.settle();
      world.needed();
      world.serve(NEVER);
      await(world.versions.ends().settle());
      world.settle();
      // What a killed server had begun to keep is collected with the next deletion.
      await(world.complete("one", files(random)));
      await(world.delete("one"));
      world.settle();
      agree(world);
    }
  }

  private static void agree(World world) throws Exception {
    Set<String> needed = world.needed();
    assertThat(world.names("notes/objects")).isEmpty();
    assertThat(world.names("scratch")).isEmpty();
    assertThat(world.jobs.held()).isEmpty();
    for (String job : JOBS) {
      assertThat(await(new VersionStore(world.objects).numbers(OWNER, job)))
          .as(job)
          .hasSize(world.completions.getOrDefault(job, 0));
    }
    assertThat(world.names("objects/objects/contents")).isEqualTo(needed);
  }
}
