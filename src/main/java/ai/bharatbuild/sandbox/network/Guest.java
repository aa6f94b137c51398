package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.NetworkPolicy;

/**
 * A sandbox as the firewall knows it.
 *
 * @param mark connections that it made carry this in the kernel, so that those of an earlier holder
 *     of the address are not taken for its own
 * @param address null while it is not running
 */
record Guest(String handle, String incarnation, NetworkPolicy policy, int mark, String address) {
  Guest at(String now) {
    return new Guest(handle, incarnation, policy, mark, now);
  }

  Guest remarked(int other) {
    return new Guest(handle, incarnation, policy, other, address);
  }

  boolean bound() {
    return address != null;
  }
}
