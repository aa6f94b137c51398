#ifndef AGENT_INPUT_H
#define AGENT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes the server may have sent without their being acknowledged. */
#define INPUT_WINDOW 262144

/* How many ends of a terminal's input may be waiting; more at once are as good as the last of them. */
#define INPUT_ENDS 8

/*
 * The command's standard input: holds what the command has not taken yet, at most one window. That of a terminal does
 * not end: each end is a character, and more may follow.
 */
struct input {
    int fd;           /* -1: closed, or never wanted */
    bool terminal;
    uint64_t put, taken;       /* bytes from the server, and by the command, ever */
    uint64_t ends[INPUT_ENDS]; /* after so many bytes each */
    size_t ending;             /* how many of those are waiting */
    uint8_t *buffer;  /* a ring of INPUT_WINDOW bytes */
    size_t begin, held;
    uint64_t unreported; /* consumed but not acknowledged to the server yet */
    bool accepts;     /* the server may send more */
    bool ended;       /* close once everything held is written */
};

bool input_open(struct input *input, int fd, bool terminal);
/* Takes bytes from the server; false when it may not send them: over the window or after the end. */
bool input_put(struct input *input, const uint8_t *bytes, size_t length);
/* The server sends no more. */
void input_end(struct input *input);
/* Whether the command's end should be watched for room. */
bool input_wants_room(const struct input *input);
void input_flush(struct input *input);
/* Nobody reads any more: what is held and what still comes counts as consumed. */
void input_discard(struct input *input);
void input_close(struct input *input);

#endif
