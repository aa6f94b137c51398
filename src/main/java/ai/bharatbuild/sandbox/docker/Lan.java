package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.Ipv4Range;
import com.github.dockerjava.api.model.Network;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of the sandboxes' network.
 *
 * @param subnet all of them
 * @param gateway the host's own among them
 */
record Lan(Ipv4Range subnet, String gateway) {
  /** Empty where the engine tells of none. */
  static Optional<Lan> of(Network network) {
    List<Network.Ipam.Config> configs =
        network.getIpam() == null ? null : network.getIpam().getConfig();
    if (configs == null) {
      return Optional.empty();
    }
    return configs.stream()
        .filter(config -> config.getSubnet() != null && config.getGateway() != null)
        .flatMap(
            config ->
                Ipv4Range.parse(config.getSubnet())
                    .map(range -> new Lan(range.exact(), config.getGateway().split("/")[0]))
                    .stream())
        .findFirst();
  }
}
