package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Unpacks the file systems of runtime images into directories, so that what does without containers
 * sees the same tools. Each image is unpacked once; a newer one of the same type replaces it when
 * it is first asked for.
 */
public final class ImageRoots {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** What a sandbox brings along itself, or what the engine made for its container alone. */
  private static final List<String> LEFT_OUT =
      List.of("./dev/*", "./proc/*", "./sys/*", "./.dockerenv", "./run/*");

  /** Places that others are mounted on. */
  private static final List<String> PLACES = List.of("dev", "proc", "sys", "run", "tmp");

  private final DockerClient docker;
  private final BoundedWorker worker;
  private final String prefix;
  private final Path directory;

  /**
   * An unpacked image.
   *
   * @param environment the image's variables
   */
  public record ImageRoot(Path directory, Map<String, String> environment) {}

  /**
   * @param directory where to keep them; made when missing, and nothing else may be in it
   */
  public ImageRoots(Vertx vertx, DockerSettings settings, Path directory) {
    this.docker = DockerControl.client(settings.socket());
    this.worker = new BoundedWorker(vertx, "docker-images", 1, 64);
    this.prefix = settings.imagePrefix();
    this.directory = directory;
  }

  /** The file system of a type's image; to be asked once per type as long as it is used. */
  public Future<ImageRoot> of(ProjectType type) {
    return worker
        .call(LIMIT, () -> find(type))
        .recover(e -> Future.failedFuture(EngineErrors.of(e)));
  }

  /** Gives back the connections; what was unpacked stays. */
  public Future<Void> close() {
    return worker
        .close(Duration.ofSeconds(1))
        .onComplete(
            v -> {
              try {
                docker.close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  private ImageRoot find(ProjectType type) throws IOException, InterruptedException {
    String image = prefix + "/" + type.id();
    InspectImageResponse about = inspect(image);
    String id = about.getId().replace("sha256:", "").substring(0, 16);
    Path root = directory.resolve(type.id() + "-" + id);
    removeOthers(type, root);
    if (!Files.isDirectory(root)) {
      unpack(image, root);
    }
    return new ImageRoot(root, environment(about));
  }

  private InspectImageResponse inspect(String image) {
    try {
      return docker.inspectImageCmd(image).exec();
    } catch (NotFoundException e) {
      throw new RuntimeUnavailableException(
          "The runtime image " + image + " is missing; run scripts/images.sh.", e);
    }
  }

  private static Map<String, String> environment(InspectImageResponse about) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("LANG", "C.UTF-8");
    String[] variables = about.getConfig() == null ? null : about.getConfig().getEnv();
    for (String variable : variables == null ? new String[0] : variables) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  /** Older images of the type, and what an earlier server had not finished. */
  private void removeOthers(ProjectType type, Path current)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<Path> others = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(directory, type.id() + "-*")) {
      entries.forEach(others::add);
    }
    others.remove(current);
    for (Path other : others) {
      command(null, "rm", "-rf", "--one-file-system", "--", other.toString());
    }
  }

  /** A name without this ending means that all is there. */
  private void unpack(String image, Path root) throws IOException, InterruptedException {
    Path made = root.resolveSibling(root.getFileName() + ".new");
    Files.createDirectories(made);
    String container = docker.createContainerCmd(image).withCmd("true").exec().getId();
    try (InputStream archive = docker.copyArchiveFromContainerCmd(container, "/.").exec()) {
      List<String> tar = new ArrayList<>(List.of("tar", "-x", "-C", made.toString()));
      LEFT_OUT.forEach(name -> tar.add("--exclude=" + name));
      command(archive, tar.toArray(String[]::new));
    } finally {
      docker.removeContainerCmd(container).withForce(true).exec();
    }
    for (String place : PLACES) {
      Files.createDirectories(made.resolve(place));
    }
    Files.move(made, root);
  }

  private static void command(InputStream input, String... words)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream target = process.getOutputStream()) {
      if (input != null) {
        input.transferTo(target);
      }
    }
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(words[0] + " failed; its words are in the server's log");
    }
  }
}
