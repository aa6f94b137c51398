package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.linux.HostResolvers;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandboxes known, and the kernel's table made from them. Whenever a method has returned, the
 * table is as told; when it fails, nothing is let through that was not before. Not thread-safe; all
 * methods but {@link #find} and {@link #guests} block.
 */
final class GuestTable {
  private static final Logger LOG = LoggerFactory.getLogger(GuestTable.class);
  private static final String SOME_CHAIN = "onforward";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final NetworkSettings settings;
  private final Ruleset rules;
  private final Function<String, Set<String>> addresses;
  private final Map<String, Guest> guests = new TreeMap<>();
  private Nft nft;
  private Set<String> resolvers = Set.of();

  /** Whether the kernel's table should be there at all, and whether it is known to be right. */
  private boolean wanted;

  private boolean written;

  /**
   * @param addresses what is let through for a name
   */
  GuestTable(NetworkSettings settings, Function<String, Set<String>> addresses) {
    this.settings = settings;
    this.rules = new Ruleset(settings);
    this.addresses = addresses;
  }

  /** Fails when this process cannot change the kernel's rules. */
  void open() throws IOException, InterruptedException {
    Nft found = Nft.find();
    found.check();
    nft = found;
  }

  /** Fails when the sandboxes' bridge is not here or does not obey rules. */
  void findBridge() throws IOException {
    if (!Host.has(settings.bridge())) {
      throw new IOException("the sandboxes' network is not on this machine");
    }
    Host.filter(settings.bridge());
  }

  Guest find(String handle) {
    return guests.get(handle);
  }

  List<Guest> guests() {
    return List.copyOf(guests.values());
  }

  /** Unlike those in use. */
  int newMark() {
    int mark;
    do {
      mark = RANDOM.nextInt(1, Integer.MAX_VALUE);
    } while (isUsed(mark));
    return mark;
  }

  private boolean isUsed(int mark) {
    return guests.values().stream().anyMatch(guest -> guest.mark() == mark);
  }

  /** Puts a sandbox's policy in force; whoever had its address before has none any more. */
  void bind(Guest guest) throws IOException, InterruptedException {
    Guest before = guests.put(guest.handle(), guest);
    List<Guest> evicted = new ArrayList<>();
    for (Guest other : List.copyOf(guests.values())) {
      if (guest.address().equals(other.address()) && !guest.handle().equals(other.handle())) {
        evicted.add(other);
        guests.put(other.handle(), other.at(null));
      }
    }
    if (written && evicted.isEmpty() && (before == null || !before.bound())) {
      try {
        add(guest);
        return;
      } catch (IOException e) {
        // Somebody changed the table; it is written anew.
        LOG.info("a sandbox could not be added to the firewall's rules: {}", e.getMessage());
        written = false;
      }
    }
    try {
      write();
    } catch (IOException e) {
      guests.remove(guest.handle());
      throw e;
    }
  }

  private void add(Guest guest) throws IOException, InterruptedException {
    if (Ruleset.onlyElements(guest)) {
      rules.addition(guest).commit();
    } else {
      nft.apply(rules.added(guest, addresses));
    }
  }

  /** Takes the rules of one that is no longer among the guests, or has no address there. */
  private void takeOut(Guest known) throws IOException, InterruptedException {
    if (written && Ruleset.onlyElements(known)) {
      try {
        rules.removal(known).commit();
        return;
      } catch (IOException e) {
        LOG.info("a sandbox could not be taken from the firewall's rules: {}", e.getMessage());
      }
    }
    write();
  }

  /** Takes a sandbox's address away. */
  void suspend(String handle) throws IOException, InterruptedException {
    Guest known = guests.get(handle);
    if (known != null && known.bound()) {
      guests.put(handle, known.at(null));
      takeOut(known);
    }
  }

  void remove(String handle) throws IOException, InterruptedException {
    Guest known = guests.remove(handle);
    if (known != null && known.bound()) {
      takeOut(known);
    }
  }

  /** Forgets all sandboxes but these. */
  void replace(Collection<Guest> all) throws IOException, InterruptedException {
    guests.clear();
    all.forEach(guest -> guests.put(guest.handle(), guest));
    write();
  }

  /** Takes in that names have other addresses. */
  void renew() throws IOException, InterruptedException {
    write();
  }

  /** Writes the table again when it is gone or the host's resolvers have changed. */
  boolean mended() throws IOException, InterruptedException {
    boolean fine =
        written
            && resolvers.equals(HostResolvers.read().addresses())
            && nft.hasChain(settings.table(), SOME_CHAIN);
    if (fine || !wanted) {
      return false;
    }
    write();
    return true;
  }

  /** Leaves nothing in the kernel when there is no sandbox. */
  void close() throws IOException, InterruptedException {
    if (nft != null && guests.isEmpty()) {
      nft.apply(rules.gone());
    }
  }

  private void write() throws IOException, InterruptedException {
    if (nft == null) {
      return;
    }
    wanted = true;
    written = false;
    resolvers = HostResolvers.read().addresses();
    nft.apply(rules.whole(guests.values(), addresses, resolvers));
    written = true;
  }
}
