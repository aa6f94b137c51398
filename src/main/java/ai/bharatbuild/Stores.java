package ai.bharatbuild;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.Completions;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.local.LocalObjectStore;
import ai.bharatbuild.storage.s3.S3ObjectStore;
import ai.bharatbuild.storage.s3.S3Settings;
import ai.bharatbuild.telemetry.Health;
import ai.bharatbuild.versions.VersionRoutes;
import ai.bharatbuild.versions.Versions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the object store, and wires what keeps things in it; a part of {@link Server}. */
final class Stores {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  private final Vertx vertx;
  private final Bus bus;
  private final ObjectStore objects;
  private final Completions completions;
  private final Versions versions;

  /** Null where ZIPs are not uploaded. */
  private final ZipUploads uploads;

  private Stores(
      Vertx vertx,
      Bus bus,
      ObjectStore objects,
      Completions completions,
      Versions versions,
      ZipUploads uploads) {
    this.vertx = vertx;
    this.uploads = uploads;
    this.bus = bus;
    this.objects = objects;
    this.completions = completions;
    this.versions = versions;
  }

  static Future<Stores> open(Vertx vertx, Bus bus, Settings settings, Completions completions) {
    Path scratch = settings.data().path().resolve("scratch");
    return objects(vertx, settings)
        .compose(
            objects ->
                LocalObjectStore.open(vertx, settings.data().path().resolve("removals"))
                    .compose(
                        notes ->
                            vertx
                                .executeBlocking(() -> empty(scratch), false)
                                .map(
                                    v ->
                                        with(
                                            vertx,
                                            bus,
                                            settings,
                                            completions,
                                            objects,
                                            notes,
                                            scratch))))
        .compose(stores -> stores.versions.start().map(stores));
  }

  /** What a killed server was unpacking goes. */
  private static Path empty(Path scratch) throws IOException {
    Files.createDirectories(scratch);
    Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx------"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
      for (Path each : left) {
        Files.delete(each);
      }
    }
    return scratch;
  }

  /** Also for the test that compares routes with the contract, which never uses the store. */
  static Stores with(
      Vertx vertx,
      Bus bus,
      Settings settings,
      Completions completions,
      ObjectStore objects,
      ObjectStore notes,
      Path scratch) {
    WorkspaceAccess access = new WorkspaceAccess(bus, settings.jobs().instances());
    ZipUploads uploads =
        settings.objects().zipUpload()
            ? new ZipUploads(vertx, access, objects, settings.objects().bucket(), scratch)
            : null;
    Versions versions =
        new Versions(
            vertx,
            objects,
            notes,
            new KeptJobs(access, completions, uploads),
            scratch,
            settings.jobs().maxFileBytes());
    return new Stores(vertx, bus, objects, completions, versions, uploads);
  }

  private static Future<ObjectStore> objects(Vertx vertx, Settings settings) {
    Settings.Objects given = settings.objects();
    if (given.bucket().isEmpty()) {
      return LocalObjectStore.open(vertx, settings.data().path().resolve("objects"))
          .map(store -> store);
    }
    return Future.succeededFuture(
        S3ObjectStore.open(
            vertx,
            new S3Settings(
                given.endpoint(),
                given.bucket(),
                given.region(),
                given.accessKey(),
                given.secretKey())));
  }

  /** Keeps, on the calling context, a version of every job that is completed from now on. */
  void listen() {
    Context context = vertx.getOrCreateContext();
    completions.listen(held -> context.runOnContext(v -> keep(held.job(), held.owner())));
    if (uploads != null) {
      bus.listen(
          DomainEvent.TOPIC,
          event -> {
            if (event.type().equals(DomainEvent.JOB_COMPLETE)) {
              upload(String.valueOf(event.data().get("job_id")), event.owner());
            }
          });
    }
  }

  private void keep(String job, String owner) {
    versions
        .keep(job, owner)
        .onFailure(e -> LOG.warn("no version of job {} is kept yet; it is held", job, e));
  }

  /** In the job's turn, so that what removes the copy comes behind it. */
  private void upload(String job, String owner) {
    versions
        .inTurn(job, () -> uploads.upload(job, owner))
        .onFailure(e -> LOG.warn("the ZIP of job {} is not kept in the bucket", job, e));
  }

  void tell(Remains remains) {
    remains.use(versions.ends());
  }

  /** Removes and keeps what an earlier server, or an earlier attempt, left. */
  Future<Void> settle() {
    return versions.ends().settle().transform(v -> versions.keepHeld());
  }

  Versions versions() {
    return versions;
  }

  ObjectStore objects() {
    return objects;
  }

  List<Routes> routes() {
    return List.of(new VersionRoutes(versions));
  }

  Future<Health.Check> check() {
    return objects
        .ping()
        .map(words -> Health.Check.ok(words + waiting()))
        .otherwise(e -> Health.Check.down(e.getMessage() + waiting()));
  }

  private String waiting() {
    int count = versions.waiting();
    return count == 0 ? "" : "; %d completed jobs wait to be kept".formatted(count);
  }

  Future<Void> close() {
    return objects.close();
  }
}
