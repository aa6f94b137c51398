#ifndef AGENT_RETAIN_H
#define AGENT_RETAIN_H

#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame counts beside its payload. */
#define RETAIN_OVERHEAD 16
#define RETAIN_WINDOW_MIN 65536
#define RETAIN_WINDOW_MAX 4194304

struct retained_frame;

/*
 * The output frames that the server may still need, numbered from 1 in the order in which they were cut. Without a
 * window that is at most one, which is forgotten as soon as it is sent; with a window, all that are not acknowledged.
 */
struct retain {
    size_t window; /* 0: none */
    size_t bytes;  /* payload and RETAIN_OVERHEAD of every frame held; at most the window */
    size_t most;   /* that this was since memory was last given back */
    struct retained_frame *first, *last;
    struct retained_frame *next; /* the first one that this connection has not been sent whole */
    size_t offset;               /* how much of it has been sent */
    struct retained_frame *reserved;
    uint64_t acknowledged, sent, cut; /* numbers of the last such frames; `sent` on this connection */
    uint64_t highest_sent;            /* on any connection */
};

/* How many bytes the next frame may have; 0 while there is no room for one worth its header. */
size_t retain_room(const struct retain *retain);
/* Where the payload of the next frame may be put, FRAME_PAYLOAD_MAX bytes; NULL without memory. */
uint8_t *retain_reserve(struct retain *retain);
/* Makes the bytes put there the next frame. */
void retain_commit(struct retain *retain, char type, size_t length);
/* Whether a frame is waiting to be sent, or being sent. */
bool retain_pending(const struct retain *retain);
/* Whether a frame has been sent in part, so that nothing else may be sent now. */
bool retain_partial(const struct retain *retain);
/* Sends the next frame. */
enum frame_flush retain_flush(struct retain *retain, int fd);
/* All through this number are safe; false for one that was not sent, or goes back. */
bool retain_acknowledge(struct retain *retain, uint64_t number);
/* Whether a server that has all through this number can be sent the rest. */
bool retain_reaches(const struct retain *retain, uint64_t number);
/* Begins again on a new connection, with the frame after this one. */
void retain_rewind(struct retain *retain, uint64_t number);
/* Forgets all frames, and keeps only the room for one. */
void retain_clear(struct retain *retain);
void retain_close(struct retain *retain);

#endif
