#include "relay.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct relay *relay_open(int first, int second)
{
    struct relay *relay = malloc(sizeof *relay);
    if (relay == NULL) {
        close(first);
        close(second);
        return NULL;
    }
    relay->sockets[0] = first;
    relay->sockets[1] = second;
    relay->connecting = true;
    relay->last_try = false;
    for (int i = 0; i < 2; i++) {
        relay->ways[i].begin = relay->ways[i].end = 0;
        relay->ways[i].read_ended = relay->ways[i].write_ended = false;
    }
    return relay;
}

static bool empty(const struct relay_way *way)
{
    return way->begin == way->end;
}

void relay_interest(const struct relay *relay, struct pollfd fds[2])
{
    for (int i = 0; i < 2; i++) {
        const struct relay_way *from = &relay->ways[i], *to = &relay->ways[1 - i];
        short events = 0;
        if (relay->connecting)
            events = i == 1 ? POLLOUT : 0;
        else
            events = (short)((!from->read_ended && empty(from) ? POLLIN : 0) | (!empty(to) ? POLLOUT : 0));
        /* Nothing to wait for here: the descriptor is left out, as poll would report a hang-up over and over. */
        fds[i] = (struct pollfd){ .fd = events == 0 && !relay->connecting ? -1 : relay->sockets[i], .events = events };
    }
}

/* False on an error of either socket. */
static bool move(struct relay_way *way, int from, int to)
{
    if (!way->read_ended && empty(way)) {
        ssize_t n = recv(from, way->buffer, RELAY_BUFFER, 0);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        way->begin = 0;
        way->end = (size_t)n;
        way->read_ended = n == 0;
    }
    if (!empty(way)) {
        ssize_t n = send(to, way->buffer + way->begin, way->end - way->begin, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        way->begin += (size_t)n;
    }
    if (way->read_ended && empty(way) && !way->write_ended) {
        shutdown(to, SHUT_WR);
        way->write_ended = true;
    }
    return true;
}

static enum relay_result check_connection(struct relay *relay)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(relay->sockets[1], SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
        return RELAY_REFUSED;
    relay->connecting = false;
    return RELAY_GOES_ON;
}

enum relay_result relay_step(struct relay *relay, const struct pollfd fds[2])
{
    if (relay->connecting && (fds[0].revents & (POLLERR | POLLHUP)) != 0)
        return RELAY_OVER;
    if (relay->connecting)
        return fds[1].revents == 0 ? RELAY_GOES_ON : check_connection(relay);
    if (fds[0].revents == 0 && fds[1].revents == 0)
        return RELAY_GOES_ON;
    for (int i = 0; i < 2; i++)
        if (!move(&relay->ways[i], relay->sockets[i], relay->sockets[1 - i]))
            return RELAY_OVER;
    return relay->ways[0].write_ended && relay->ways[1].write_ended ? RELAY_OVER : RELAY_GOES_ON;
}

void relay_retry(struct relay *relay, int second)
{
    close(relay->sockets[1]);
    relay->sockets[1] = second;
    relay->last_try = true;
}

void relay_close(struct relay *relay)
{
    close(relay->sockets[0]);
    close(relay->sockets[1]);
    free(relay);
}
