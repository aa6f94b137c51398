#include "input.h"

#include "terminal.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool input_open(struct input *input, int fd, bool terminal)
{
    *input = (struct input){ .fd = fd, .terminal = terminal };
    if (fd < 0)
        return true;
    input->accepts = true;
    input->buffer = malloc(INPUT_WINDOW);
    return input->buffer != NULL;
}

bool input_put(struct input *input, const uint8_t *bytes, size_t length)
{
    if (!input->accepts || input->held + input->unreported + length > INPUT_WINDOW)
        return false;
    if (input->fd < 0) {
        input->unreported += length;
        return true;
    }
    size_t end = (input->begin + input->held) % INPUT_WINDOW;
    size_t first = length < INPUT_WINDOW - end ? length : INPUT_WINDOW - end;
    memcpy(input->buffer + end, bytes, first);
    memcpy(input->buffer, bytes + first, length - first);
    input->held += length;
    input->put += length;
    input_flush(input);
    return true;
}

void input_end(struct input *input)
{
    if (!input->terminal) {
        input->accepts = false;
        input->ended = true;
    } else if (input->fd >= 0) {
        input->ending -= input->ending == INPUT_ENDS;
        input->ends[input->ending++] = input->put;
    }
    input_flush(input);
}

bool input_wants_room(const struct input *input)
{
    return input->fd >= 0 && (input->held > 0 || input->ending > 0);
}

/* Writes what comes next, bytes or an end; the result of the system call. */
static ssize_t write_next(struct input *input)
{
    size_t size = INPUT_WINDOW - input->begin;
    if (input->held < size)
        size = input->held;
    if (input->ending > 0 && input->ends[0] - input->taken < size)
        size = (size_t)(input->ends[0] - input->taken);
    if (size == 0) {
        char end = terminal_end_character(input->fd);
        ssize_t n = write(input->fd, &end, 1);
        if (n == 1)
            memmove(input->ends, input->ends + 1, --input->ending * sizeof *input->ends);
        return n;
    }
    ssize_t n = write(input->fd, input->buffer + input->begin, size);
    if (n > 0) {
        input->begin = (input->begin + (size_t)n) % INPUT_WINDOW;
        input->held -= (size_t)n;
        input->taken += (uint64_t)n;
        input->unreported += (uint64_t)n;
    }
    return n;
}

void input_flush(struct input *input)
{
    while (input_wants_room(input)) {
        ssize_t n = write_next(input);
        if (n == 0 || (n < 0 && errno == EAGAIN))
            return;
        if (n < 0 && errno != EINTR)
            input_discard(input);
    }
    if (input->ended)
        close_fd(&input->fd);
}

void input_discard(struct input *input)
{
    input->unreported += input->held;
    input->held = input->ending = 0;
    close_fd(&input->fd);
}

void input_close(struct input *input)
{
    input_discard(input);
    free(input->buffer);
    input->buffer = NULL;
}
