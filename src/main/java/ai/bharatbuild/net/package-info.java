/** Addresses of the internet protocol. */
package ai.bharatbuild.net;
