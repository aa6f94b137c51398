#include "retain.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A frame at least this long is kept where it was read; the room that is left there is not worth copying it. */
#define FRAME_WORTH_KEEPING (FRAME_PAYLOAD_MAX / 4 * 3)
/* With less room than this it pays to wait for an acknowledgement: the window is many times larger. */
#define FRAME_WORTH_CUTTING 4096

#define WORTH_GIVING_BACK (1024 * 1024)

struct retained_frame {
    struct retained_frame *next;
    size_t length;   /* header included */
    bool whole;      /* has room for the longest frame */
    uint8_t bytes[]; /* as they are sent */
};

size_t retain_room(const struct retain *retain)
{
    if (retain->window == 0)
        return retain->first == NULL ? FRAME_PAYLOAD_MAX : 0;
    size_t left = retain->window - retain->bytes;
    if (left < FRAME_WORTH_CUTTING + RETAIN_OVERHEAD)
        return 0;
    left -= RETAIN_OVERHEAD;
    return left < FRAME_PAYLOAD_MAX ? left : FRAME_PAYLOAD_MAX;
}

uint8_t *retain_reserve(struct retain *retain)
{
    if (retain->reserved == NULL) {
        retain->reserved = malloc(sizeof *retain->reserved + FRAME_HEADER + FRAME_PAYLOAD_MAX);
        if (retain->reserved != NULL)
            retain->reserved->whole = true;
    }
    return retain->reserved == NULL ? NULL : retain->reserved->bytes + FRAME_HEADER;
}

/* The frame that the reserved bytes become: the place itself if it is sent at once or nearly full, else one of just their size. */
static struct retained_frame *settle(struct retain *retain, size_t length)
{
    struct retained_frame *place = retain->reserved;
    struct retained_frame *frame = NULL;
    if (retain->window > 0 && length < FRAME_WORTH_KEEPING)
        frame = malloc(sizeof *frame + FRAME_HEADER + length);
    if (frame == NULL) {
        retain->reserved = NULL;
        return place;
    }
    frame->whole = false;
    memcpy(frame->bytes + FRAME_HEADER, place->bytes + FRAME_HEADER, length);
    return frame;
}

void retain_commit(struct retain *retain, char type, size_t length)
{
    struct retained_frame *frame = settle(retain, length);
    frame_header(frame->bytes, type, (uint32_t)length);
    frame->length = FRAME_HEADER + length;
    frame->next = NULL;
    if (retain->first == NULL)
        retain->first = frame;
    else
        retain->last->next = frame;
    retain->last = frame;
    if (retain->next == NULL)
        retain->next = frame;
    retain->bytes += length + RETAIN_OVERHEAD;
    if (retain->bytes > retain->most)
        retain->most = retain->bytes;
    retain->cut++;
}

bool retain_pending(const struct retain *retain)
{
    return retain->next != NULL;
}

bool retain_partial(const struct retain *retain)
{
    return retain->offset > 0;
}

static void forget_first(struct retain *retain)
{
    struct retained_frame *frame = retain->first;
    retain->first = frame->next;
    retain->bytes -= frame->length - FRAME_HEADER + RETAIN_OVERHEAD;
    retain->acknowledged++;
    if (retain->reserved == NULL && frame->whole)
        retain->reserved = frame; /* to be filled again */
    else
        free(frame);
}

/* What else was allocated meanwhile may lie behind the frames, so that their memory does not go back by itself. */
static void give_memory_back(struct retain *retain)
{
    if (retain->first != NULL || retain->most < WORTH_GIVING_BACK)
        return;
    malloc_trim(0);
    retain->most = 0;
}

static void note_sent(struct retain *retain)
{
    retain->offset = 0;
    retain->next = retain->next->next;
    retain->sent++;
    if (retain->sent > retain->highest_sent)
        retain->highest_sent = retain->sent;
    if (retain->window == 0)
        forget_first(retain);
}

enum frame_flush retain_flush(struct retain *retain, int fd)
{
    while (retain->offset < retain->next->length) {
        ssize_t n = write(fd, retain->next->bytes + retain->offset, retain->next->length - retain->offset);
        if (n > 0)
            retain->offset += (size_t)n;
        else if (n < 0 && errno == EAGAIN)
            return FLUSH_BLOCKED;
        else if (n < 0 && errno != EINTR)
            return FLUSH_FAILED;
    }
    note_sent(retain);
    return FLUSH_DONE;
}

bool retain_acknowledge(struct retain *retain, uint64_t number)
{
    if (number < retain->acknowledged || number > retain->sent)
        return false;
    while (retain->acknowledged < number)
        forget_first(retain);
    give_memory_back(retain);
    return true;
}

bool retain_reaches(const struct retain *retain, uint64_t number)
{
    return number >= retain->acknowledged && number <= retain->highest_sent;
}

void retain_rewind(struct retain *retain, uint64_t number)
{
    while (retain->acknowledged < number)
        forget_first(retain);
    retain->next = retain->first;
    retain->offset = 0;
    retain->sent = number;
}

static void free_frames(struct retain *retain)
{
    while (retain->first != NULL) {
        struct retained_frame *next = retain->first->next;
        free(retain->first);
        retain->first = next;
    }
    retain->last = retain->next = NULL;
    retain->bytes = retain->offset = 0;
}

void retain_clear(struct retain *retain)
{
    free_frames(retain);
    *retain = (struct retain){ .reserved = retain->reserved };
}

void retain_close(struct retain *retain)
{
    free_frames(retain);
    free(retain->reserved);
    retain->reserved = NULL;
}
