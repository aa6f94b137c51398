package ai.bharatbuild.gate;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** What the server logs from now on, in the layout that it really uses for people. */
final class LogCapture {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();

  private LogCapture() {}

  static LogCapture start() {
    LogCapture capture = new LogCapture();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern());
    encoder.start();
    capture.appender.setContext(context);
    capture.appender.setEncoder(encoder);
    capture.appender.setOutputStream(capture.bytes);
    capture.appender.start();
    root().addAppender(capture.appender);
    return capture;
  }

  private static String pattern() {
    var console = (ConsoleAppender<ILoggingEvent>) root().getAppender("text");
    return ((PatternLayoutEncoder) console.getEncoder()).getPattern();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  void stop() {
    root().detachAppender(appender);
  }
}
