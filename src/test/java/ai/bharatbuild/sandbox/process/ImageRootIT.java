package ai.bharatbuild.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeConfinement;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.docker.DockerSettings;
import ai.bharatbuild.sandbox.docker.ImageRoots;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Confinement by bubblewrap with the file system of the runtime image. */
class ImageRootIT extends OneShotRuntimeConfinement {
  private static final Path PLACE = Path.of("target/oneshot-roots").toAbsolutePath();
  private ImageRoots images;
  private Future<Roots.Root> python;

  @Override
  protected OneShotRuntime open() {
    images =
        new ImageRoots(
            vertx,
            new DockerSettings(
                Path.of("/var/run/docker.sock"),
                "none",
                "bharatbuild",
                "",
                null,
                PLACE,
                null,
                1,
                1,
                true,
                false,
                "none"),
            PLACE);
    // Asked once, as the image may be built anew meanwhile.
    python =
        images
            .of(ProjectType.PYTHON)
            .map(root -> new Roots.Root(root.directory(), root.environment()));
    return ProcessRuntime.start(vertx, ProcessTestSetup.settings(), type -> python);
  }

  @AfterAll
  void closeImages() {
    await(images.close());
  }

  @Test
  void seesTheImagesToolsAndVariables() {
    assertThat(output("pip --version; command -v agent; ls -d /workspace"))
        .contains("pip")
        .contains("/workspace");
    var expected = new java.util.TreeMap<>(await(python).environment());
    expected.put("HOME", OneShotRuntime.WORK);
    String environment = output("env");
    expected.forEach((name, value) -> assertThat(environment).contains(name + "=" + value));
  }

  @Test
  void anImageIsUnpackedOnceAndOlderOnesGo() throws Exception {
    Path root = await(images.of(ProjectType.STATIC)).directory();
    Path stale = root.resolveSibling("static-0123456789abcdef");
    Path half = root.resolveSibling(root.getFileName() + ".new");
    Files.createDirectories(stale.resolve("usr"));
    Files.createDirectories(half);
    Object key = Files.getAttribute(root, "unix:ino");
    assertThat(await(images.of(ProjectType.STATIC)).directory()).isEqualTo(root);
    assertThat(Files.getAttribute(root, "unix:ino")).isEqualTo(key);
    assertThat(stale).doesNotExist();
    assertThat(half).doesNotExist();
  }
}
