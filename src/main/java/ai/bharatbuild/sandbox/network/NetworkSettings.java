package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How policies are kept.
 *
 * @param table name of this server's own nftables table
 * @param bridge interface of this server's own sandbox network
 * @param state directory for what outlives the server; the engine must see it under the same path
 * @param dns servers that names of policies are resolved with; none for the system's
 * @param also destinations that {@code EGRESS} reaches although they are private or the host's
 */
public record NetworkSettings(
    String table,
    String bridge,
    Path state,
    List<InetSocketAddress> dns,
    List<ExtraDestination> also) {

  /** Each server has a bridge and a table of its own, so that none touches another's. */
  public static NetworkSettings of(
      Settings.Sandboxes settings, String serverId, String bridge, Path state) {
    List<ExtraDestination> also = new ArrayList<>();
    for (String text : settings.egressAllow()) {
      also.add(
          ExtraDestination.parse(text)
              .orElseThrow(
                  () ->
                      new InvalidSettingException(
                          "SANDBOX_EGRESS_ALLOW has '"
                              + text
                              + "'; it must have entries such as 10.1.0.0/16, 10.1.2.3:3128 or"
                              + " proxy.example:3128, by comma")));
    }
    return new NetworkSettings(
        "bharatbuild_" + serverId,
        bridge,
        state,
        settings.dns(),
        also.isEmpty() ? ExtraDestination.proxies(System.getenv()) : also);
  }
}
