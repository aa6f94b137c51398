/**
 * Keeps network policies with nftables: one table per server, which says of each sandbox by its
 * address where its connections may go, and refuses those of addresses that it does not know.
 *
 * <p>The table is always written as a whole, in one transaction, from what {@link
 * ai.bharatbuild.sandbox.network.NftFirewall} knows; only a single sandbox is added to it or taken
 * from it, because that is faster. So nothing has to be reconciled piece by piece after a failure
 * or a restart.
 */
package ai.bharatbuild.sandbox.network;
