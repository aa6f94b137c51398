#ifndef AGENT_LISTENERS_H
#define AGENT_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct listener {
    int family; /* AF_INET or AF_INET6 */
    uint8_t address[16]; /* network order; 4 bytes for AF_INET */
    uint16_t port;
};

struct listeners {
    struct listener *items;
    size_t count, capacity;
};

/* The TCP sockets of this network namespace that wait for connections, without the engine's own resolver. */
bool listeners_read(struct listeners *listeners);
void listeners_free(struct listeners *listeners);
bool listener_is_loopback(const struct listener *listener);

#endif
