package ai.bharatbuild.sandbox.network;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks DNS for IPv4 addresses and how long they hold, which Vert.x's client does not tell. Aliases
 * are followed. Thread-safe; has one thread from the first question on.
 */
final class NameLookup {
  private static final int TIMEOUT_MS = 2_000;
  private static final int MOST_ADDRESSES = 64;

  /**
   * @param addresses in dotted form; at least one
   * @param ttlSeconds how long they hold
   */
  record Found(Set<String> addresses, long ttlSeconds) {}

  private final List<InetSocketAddress> servers;
  private MultiThreadIoEventLoopGroup loop;
  private DnsNameResolver resolver;

  /**
   * @param servers none for the system's
   */
  NameLookup(List<InetSocketAddress> servers) {
    this.servers = servers;
  }

  /** Completes on a thread of its own; fails when there is no address. */
  Future<Found> find(String name) {
    Promise<Found> promise = Promise.promise();
    resolver()
        .resolveAll(new DefaultDnsQuestion(name, DnsRecordType.A))
        .addListener(
            (io.netty.util.concurrent.Future<List<DnsRecord>> done) -> {
              if (done.isSuccess()) {
                read(name, done.getNow(), promise);
              } else {
                promise.fail(done.cause());
              }
            });
    return promise.future();
  }

  private static void read(String name, List<DnsRecord> records, Promise<Found> promise) {
    Set<String> addresses = new TreeSet<>();
    long ttl = Long.MAX_VALUE;
    for (DnsRecord record : records) {
      if (record.type().equals(DnsRecordType.A)
          && record instanceof DnsRawRecord raw
          && raw.content().readableBytes() == 4
          && addresses.size() < MOST_ADDRESSES) {
        int at = raw.content().readerIndex();
        addresses.add(
            raw.content().getUnsignedByte(at)
                + "."
                + raw.content().getUnsignedByte(at + 1)
                + "."
                + raw.content().getUnsignedByte(at + 2)
                + "."
                + raw.content().getUnsignedByte(at + 3));
        ttl = Math.min(ttl, record.timeToLive());
      }
      ReferenceCountUtil.release(record);
    }
    if (addresses.isEmpty()) {
      promise.fail(name + " has no IPv4 address");
    } else {
      promise.complete(new Found(addresses, ttl));
    }
  }

  private synchronized DnsNameResolver resolver() {
    if (resolver == null) {
      loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      DnsNameResolverBuilder builder =
          new DnsNameResolverBuilder(loop.next())
              .datagramChannelType(NioDatagramChannel.class)
              .socketChannelType(NioSocketChannel.class)
              .queryTimeoutMillis(TIMEOUT_MS);
      if (!servers.isEmpty()) {
        builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
      }
      resolver = builder.build();
    }
    return resolver;
  }

  synchronized void close() {
    if (resolver != null) {
      resolver.close();
      loop.shutdownGracefully();
    }
  }
}
