#ifndef AGENT_RELAY_H
#define AGENT_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELAY_BUFFER 16384

/* One direction: what was read from one socket and the other has not taken yet. */
struct relay_way {
    uint8_t buffer[RELAY_BUFFER];
    size_t begin, end;
    bool read_ended, write_ended;
};

/* Two connected sockets, copied into each other until both directions have ended. */
struct relay {
    int sockets[2];
    bool connecting; /* the second socket is not connected yet */
    bool last_try;   /* there is no other address to connect it to */
    struct relay_way ways[2]; /* way i reads from socket i and writes to the other one */
};

/* Takes both sockets over, non-blocking, the second one perhaps still connecting. NULL, with them closed, without memory. */
struct relay *relay_open(int first, int second);
/* What to wait for on each socket. */
void relay_interest(const struct relay *relay, struct pollfd fds[2]);

enum relay_result { RELAY_GOES_ON, RELAY_REFUSED, RELAY_OVER };

/* Does what poll has found possible. Refused: the second socket could not be connected. */
enum relay_result relay_step(struct relay *relay, const struct pollfd fds[2]);
/* Puts another connecting socket in place of the one that was refused. */
void relay_retry(struct relay *relay, int second);
void relay_close(struct relay *relay);

#endif
