package ai.bharatbuild.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 connection that blocks, over TCP or a Unix socket: the same code asks the server and
 * the engine, so that a comparison of both is fair. Not for several threads.
 */
final class HttpConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int limit;
  private String authorization = "";

  private HttpConnection(SocketChannel channel) {
    this.channel = channel;
  }

  static HttpConnection tcp(int port) throws IOException {
    HttpConnection connection = open(new InetSocketAddress("127.0.0.1", port));
    connection.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return connection;
  }

  static HttpConnection unix(Path socket) throws IOException {
    return open(UnixDomainSocketAddress.of(socket));
  }

  private static HttpConnection open(SocketAddress address) throws IOException {
    return new HttpConnection(SocketChannel.open(address));
  }

  /** Sends this access token with every request from now on; null for none. */
  HttpConnection authorize(String token) {
    authorization = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
    return this;
  }

  /** Sends a JSON request (or an empty one) and reads the answer's head. */
  Answer send(String method, String path, byte[] body) throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + authorization
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocate(headBytes.length + body.length);
    request.put(headBytes).put(body).flip();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    return readHead();
  }

  private Answer readHead() throws IOException {
    String statusLine = readLine();
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(Integer.parseInt(statusLine.substring(9, 12)), headers, body(headers));
  }

  private InputStream body(Map<String, String> headers) {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return new Body(0, true);
    }
    String length = headers.get("content-length");
    return new Body(length == null ? Long.MAX_VALUE : Long.parseLong(length), false);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = readByte(); b != '\n'; b = readByte()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private int readByte() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException("the connection was closed in the middle of an answer");
    }
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, channel.read(ByteBuffer.wrap(buffer)));
    return limit > 0;
  }

  private int readSome(byte[] into, int offset, int length) throws IOException {
    if (position == limit) {
      // Large bodies go straight to the caller.
      return channel.read(ByteBuffer.wrap(into, offset, length));
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** The body of one answer: of a known length, in chunks, or up to the connection's end. */
  private final class Body extends InputStream {
    private long remaining;
    private boolean chunked;
    private boolean first = true;

    Body(long remaining, boolean chunked) {
      this.remaining = remaining;
      this.chunked = chunked;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (remaining == 0 && chunked) {
        nextChunk();
      }
      if (remaining == 0) {
        return -1;
      }
      int count = readSome(into, offset, (int) Math.min(length, remaining));
      if (count < 0 && remaining != Long.MAX_VALUE) {
        throw new EOFException("the connection was closed in the middle of a body");
      }
      if (remaining != Long.MAX_VALUE) {
        remaining -= count;
      }
      return count;
    }

    private void nextChunk() throws IOException {
      if (!first) {
        readLine();
      }
      first = false;
      String size = readLine();
      remaining = Long.parseLong(size.split(";")[0].strip(), 16);
      if (remaining == 0) {
        chunked = false;
        readLine();
      }
    }
  }

  /** An answer whose body is still to be read, and must be before the next request. */
  record Answer(int status, Map<String, String> headers, InputStream body) {
    /** The body as text. Any other status is a failure. */
    String expect(int... statuses) throws IOException {
      check(statuses);
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Leaves the body unread where the status is as expected. */
    Answer check(int... statuses) throws IOException {
      for (int expected : statuses) {
        if (status == expected) {
          return this;
        }
      }
      throw new BenchFailure(
          "status " + status + ": " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
