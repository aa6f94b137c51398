package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with an open file: conditional requests and one range (RFC 9110), sent by the kernel from
 * the file to the socket. A user's bytes are never to be shown by a browser on the API's origin.
 */
public final class FileReply {
  private static final Logger LOG = LoggerFactory.getLogger(FileReply.class);
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private FileReply() {}

  /**
   * Sends the file, or what the request wants of it, and closes the channel afterwards.
   *
   * @param version changes with the content; becomes the ETag
   * @param name proposed to the one who saves it
   */
  public static void send(
      RoutingContext context,
      FileChannel channel,
      long size,
      String version,
      String type,
      String name) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      close(channel);
      return;
    }
    String etag = '"' + version + '"';
    describe(response, type, name);
    response.putHeader("ETag", etag).putHeader("Accept-Ranges", "bytes");
    if (matches(context.request().getHeader("If-None-Match"), etag)) {
      close(channel);
      response.setStatusCode(304).end();
      return;
    }
    try {
      Range range = range(context, etag, size);
      if (range.partial()) {
        response
            .setStatusCode(206)
            .putHeader("Content-Range", "bytes %d-%d/%d".formatted(range.from, range.to, size));
      }
      transfer(context, channel, range);
    } catch (ApiException e) {
      close(channel);
      response.headers().clear();
      response.putHeader("Content-Range", "bytes */" + size);
      response.putHeader(RequestId.HEADER, RequestId.of(context));
      context.fail(e);
    }
  }

  /** Says what the bytes are, so that a browser saves them and never shows them. */
  public static void describe(HttpServerResponse response, String type, String name) {
    response
        .putHeader("Content-Type", type)
        .putHeader("Content-Disposition", attachment(name))
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", "sandbox; default-src 'none'")
        .putHeader("Cache-Control", "private, no-cache");
  }

  private static void transfer(RoutingContext context, FileChannel channel, Range range) {
    HttpServerResponse response = context.response();
    if (context.request().method() == HttpMethod.HEAD) {
      close(channel);
      response.putHeader("Content-Length", Long.toString(range.length())).end();
      return;
    }
    if (range.length() == 0) {
      close(channel);
      response.putHeader("Content-Length", "0").end();
      return;
    }
    response
        .sendFile(channel, range.from, range.length())
        .onComplete(
            sent -> {
              close(channel);
              if (sent.failed()) {
                LOG.debug("file not sent whole", sent.cause());
                context.request().connection().close();
              }
            });
  }

  private record Range(long from, long to, boolean partial) {
    long length() {
      return to - from + 1;
    }
  }

  /** One range is honoured; several, or none that can be read, mean the whole. */
  private static Range range(RoutingContext context, String etag, long size) {
    Range whole = new Range(0, size - 1, false);
    String header = context.request().getHeader("Range");
    String condition = context.request().getHeader("If-Range");
    if (header == null || condition != null && !condition.equals(etag)) {
      return whole;
    }
    Matcher matcher = RANGE.matcher(header.strip());
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      return whole;
    }
    long from;
    long to;
    if (matcher.group(1).isEmpty()) {
      from = Math.max(0, size - Long.parseLong(matcher.group(2)));
      to = size - 1;
    } else {
      from = Long.parseLong(matcher.group(1));
      to = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
      if (to < from && !matcher.group(2).isEmpty()) {
        return whole;
      }
      to = Math.min(to, size - 1);
    }
    if (from > to) {
      throw new ApiException(
          416, "range_not_satisfiable", "The file has only %d bytes.".formatted(size));
    }
    return new Range(from, to, true);
  }

  private static boolean matches(String header, String etag) {
    if (header == null) {
      return false;
    }
    for (String candidate : header.split(",")) {
      String bare = candidate.strip();
      if (bare.equals("*") || bare.equals(etag) || bare.equals("W/" + etag)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 6266: an ASCII name for old clients, and the real one. */
  static String attachment(String name) {
    StringBuilder ascii = new StringBuilder();
    name.codePoints()
        .forEach(
            c ->
                ascii.append(
                    c < ' ' || c > '~' || c == '"' || c == '\\' || c == '/' || c == '%'
                        ? '_'
                        : (char) c));
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          c >= '0' && c <= '9'
              || c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || "-._~".indexOf(c) >= 0;
      encoded.append(plain ? Character.toString(c) : "%%%02X".formatted((int) c));
    }
    String plain = "attachment; filename=\"" + ascii + "\"";
    return ascii.toString().equals(name) ? plain : plain + "; filename*=UTF-8''" + encoded;
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("cannot close", e);
    }
  }
}
