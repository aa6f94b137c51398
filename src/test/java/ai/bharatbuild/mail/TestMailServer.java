package ai.bharatbuild.mail;

import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server on a free port that keeps what it is sent, and refuses {@code refused.test}. */
public final class TestMailServer implements AutoCloseable {
  static final String USER = "bharatbuild";
  static final String PASSWORD = "correct horse";
  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  private final List<byte[]> messages = new CopyOnWriteArrayList<>();
  private final AtomicInteger encrypted = new AtomicInteger();
  private final Path certificate;
  private final SMTPServer server;

  private TestMailServer(SSLContext tls, Path certificate) {
    this.certificate = certificate;
    var builder =
        SMTPServer.port(0)
            .bindAddress(InetAddress.getLoopbackAddress())
            .messageHandler((context, from, to, data) -> take(to, data));
    if (tls != null) {
      builder =
          builder
              .enableTLS()
              .requireTLS()
              .requireAuth()
              .startTlsSocketFactory(
                  plain -> {
                    encrypted.incrementAndGet();
                    SSLSocket socket =
                        (SSLSocket)
                            tls.getSocketFactory()
                                .createSocket(plain, "localhost", plain.getPort(), true);
                    socket.setUseClientMode(false);
                    return socket;
                  })
              .authenticationHandlerFactory(
                  new EasyAuthenticationHandlerFactory(
                      (user, password, context) -> {
                        if (!USER.equals(user) || !PASSWORD.equals(password)) {
                          throw new LoginFailedException();
                        }
                      }));
    }
    server = builder.build();
    server.start();
  }

  /**
   * @param careful whether it wants encryption and the password
   */
  static TestMailServer start(Path directory, boolean careful) throws Exception {
    if (!careful) {
      return new TestMailServer(null, null);
    }
    Path store = directory.resolve("mail.p12");
    Path pem = directory.resolve("mail.pem");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost");
    keytool(store, "-exportcert", "-rfc", "-file", pem.toString());
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, STORE_PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return new TestMailServer(tls, pem);
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-alias", "mail", "-keystore", store.toString(), "-storepass", "changeit"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(new String(process.getInputStream().readAllBytes()));
    }
  }

  private void take(String to, byte[] data) throws RejectException {
    if (to.endsWith("@refused.test")) {
      throw new RejectException(550, "no such user");
    }
    messages.add(data);
  }

  public int port() {
    return server.getPortAllocated();
  }

  Path certificate() {
    return certificate;
  }

  /** Connections that were encrypted. */
  int encrypted() {
    return encrypted.get();
  }

  public List<MimeMessage> messages() throws Exception {
    List<MimeMessage> parsed = new java.util.ArrayList<>();
    for (byte[] message : messages) {
      parsed.add(new MimeMessage(null, new ByteArrayInputStream(message)));
    }
    return parsed;
  }

  @Override
  public void close() {
    server.stop();
  }
}
