package ai.bharatbuild.it;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A database or a Redis in a container of an image that scripts/images.sh builds. It keeps its port
 * when it is stopped and started again, as a real one does.
 */
final class DataServer implements AutoCloseable {
  private final GenericContainer<?> container;
  private final int port;

  private DataServer(String image, int inside) throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    container =
        new GenericContainer<>(DockerImageName.parse("bharatbuild/" + image))
            .withExposedPorts(inside)
            .withImagePullPolicy(name -> false)
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .getHostConfig()
                        .withPortBindings(
                            new PortBinding(
                                Ports.Binding.bindIpAndPort("127.0.0.1", port),
                                new ExposedPort(inside))))
            .waitingFor(Wait.forListeningPort().withStartupTimeout(Duration.ofSeconds(60)));
    container.start();
  }

  static DataServer postgres() throws IOException {
    return new DataServer("test-postgres", 5432);
  }

  static DataServer redis() throws IOException {
    return new DataServer("test-redis", 6379);
  }

  int port() {
    return port;
  }

  void stop() {
    container.getDockerClient().stopContainerCmd(container.getContainerId()).withTimeout(5).exec();
  }

  void start() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
  }

  /** Stops its processes where they are: connections stay, and nobody answers. */
  void pause() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  void unpause() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.close();
  }
}
