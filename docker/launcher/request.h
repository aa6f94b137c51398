#ifndef LAUNCHER_REQUEST_H
#define LAUNCHER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All of a request's frames together, headers included. */
#define REQUEST_MAX ((size_t)64 << 20)
#define FRAME_HEADER 5
#define ENTRIES_MAX 4096

/* What the first frame says. */
struct limits {
    uint64_t wall_ms, cpu_ms, memory_bytes, pids, cpus_milli, file_bytes, max_output;
};

/* A walk over the frames of a request that is in memory whole. */
struct frames {
    const uint8_t *data;
    size_t length, at;
};

struct frame {
    char type;
    size_t length;
    const uint8_t *payload;
};

/* The next frame; false at the end and when the rest is not a whole frame. */
bool frames_next(struct frames *frames, struct frame *frame);

enum request_state { REQUEST_PARTIAL, REQUEST_WHOLE, REQUEST_BROKEN };

/* Whether these bytes are a whole request: well-formed frames, `G` being the last and only there. */
enum request_state request_state(const uint8_t *data, size_t length);

/* Reads the limits from the list in a frame `L`; false if one is missing, unknown, repeated or out of range. */
bool limits_parse(const struct frame *frame, struct limits *limits);

/* A path of a file to place: relative, of at most 1,023 bytes, no empty, `.` or `..` part, ended by NUL within the payload. */
bool path_valid(const struct frame *frame);

#endif
