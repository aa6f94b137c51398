#ifndef AGENT_FORWARDER_H
#define AGENT_FORWARDER_H

#include "relay.h"

#include <stddef.h>
#include <stdint.h>

#define FORWARDER_LISTENERS 16
#define FORWARDER_CONNECTIONS 256

/* Brings a server that listens only on the loopback addresses to the sandbox's other addresses. */
struct forwarder {
    uint16_t port;
    int listeners[FORWARDER_LISTENERS];
    size_t listening;
    struct relay *relays[FORWARDER_CONNECTIONS];
    size_t connections;
};

/* Runs until nothing has listened on the loopback port for five seconds. */
void forwarder_serve(struct forwarder *forwarder);

#endif
