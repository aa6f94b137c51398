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
    /* Over loopback a refusal is known at once. */
    if (connect(fd, address, length) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static int connect_server(uint16_t port)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = connect_to((struct sockaddr *)&v4, sizeof v4);
    if (fd >= 0)
        return fd;
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    return connect_to((struct sockaddr *)&v6, sizeof v6);
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
    int server = connect_server(forwarder->port);
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
        if (relay_step(forwarder->relays[i], &fds[2 * i]))
            continue;
        relay_close(forwarder->relays[i]);
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
