#include "forwarder.h"

#include "listeners.h"
#include "util.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_MS 1000
#define ABSENT_MS 5000
#define KEEPALIVE_IDLE_S 60

static int connect_to(const struct sockaddr *address, socklen_t length)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, address, length) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static int connect_v4(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    return connect_to((struct sockaddr *)&address, sizeof address);
}

static int connect_v6(uint16_t port)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(port),
        .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    return connect_to((struct sockaddr *)&address, sizeof address);
}

/* Connections whose client vanished without a word would hold their places for ever. */
static void prepare(int fd)
{
    int on = 1, idle = KEEPALIVE_IDLE_S;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void reset(int fd)
{
    struct linger abort = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close(fd);
}

static void accept_one(struct forwarder *forwarder, int listener)
{
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0)
        return;
    int server = connect_v4(forwarder->port);
    if (server < 0) {
        reset(client);
        return;
    }
    prepare(client);
    prepare(server);
    struct relay *relay = relay_open(client, server);
    if (relay != NULL)
        forwarder->relays[forwarder->connections++] = relay;
}

/* Whether the relay is over and its place is free. */
static bool serve(struct forwarder *forwarder, struct relay *relay, const struct pollfd fds[2])
{
    enum relay_result result = relay_step(relay, fds);
    if (result == RELAY_GOES_ON)
        return false;
    int server = result == RELAY_REFUSED && !relay->last_try ? connect_v6(forwarder->port) : -1;
    if (server >= 0) {
        prepare(server);
        relay_retry(relay, server);
        return false;
    }
    relay_close(relay);
    return true;
}

static void step(struct forwarder *forwarder)
{
    static struct pollfd fds[2 * FORWARDER_CONNECTIONS + FORWARDER_LISTENERS];
    size_t relays = forwarder->connections, count = 2 * relays;
    for (size_t i = 0; i < relays; i++)
        relay_interest(forwarder->relays[i], &fds[2 * i]);
    for (size_t i = 0; i < forwarder->listening && relays < FORWARDER_CONNECTIONS; i++)
        fds[count++] = (struct pollfd){ .fd = forwarder->listeners[i], .events = POLLIN };
    if (poll(fds, count, CHECK_MS) <= 0)
        return;
    for (size_t i = 2 * relays; i < count && forwarder->connections < FORWARDER_CONNECTIONS; i++)
        if (fds[i].revents != 0)
            accept_one(forwarder, fds[i].fd);
    /* Backwards: the last relay, which takes the place of one that is over, has been served already or is new. */
    for (size_t i = relays; i-- > 0;) {
        if (serve(forwarder, forwarder->relays[i], &fds[2 * i]))
            forwarder->relays[i] = forwarder->relays[--forwarder->connections];
    }
}

static bool server_listens(uint16_t port)
{
    struct listeners listeners;
    if (!listeners_read(&listeners))
        return false;
    bool found = false;
    for (size_t i = 0; i < listeners.count; i++)
        found |= listeners.items[i].port == port && listener_is_loopback(&listeners.items[i]);
    listeners_free(&listeners);
    return found;
}

void forwarder_serve(struct forwarder *forwarder)
{
    int64_t seen = now_ms(), checked = seen;
    while (now_ms() - seen < ABSENT_MS) {
        step(forwarder);
        if (now_ms() - checked < CHECK_MS)
            continue;
        checked = now_ms();
        if (server_listens(forwarder->port))
            seen = checked;
    }
}
