#include "input.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool input_open(struct input *input, int fd)
{
    *input = (struct input){ .fd = fd };
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
    input_flush(input);
    return true;
}

void input_end(struct input *input)
{
    input->accepts = false;
    input->ended = true;
    input_flush(input);
}

bool input_wants_room(const struct input *input)
{
    return input->fd >= 0 && input->held > 0;
}

void input_flush(struct input *input)
{
    while (input->fd >= 0 && input->held > 0) {
        size_t run = INPUT_WINDOW - input->begin;
        ssize_t n = write(input->fd, input->buffer + input->begin, input->held < run ? input->held : run);
        if (n > 0) {
            input->begin = (input->begin + (size_t)n) % INPUT_WINDOW;
            input->held -= (size_t)n;
            input->unreported += (uint64_t)n;
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            input_discard(input);
        }
    }
    if (input->ended)
        close_fd(&input->fd);
}

void input_discard(struct input *input)
{
    input->unreported += input->held;
    input->held = 0;
    close_fd(&input->fd);
}

void input_close(struct input *input)
{
    input_discard(input);
    free(input->buffer);
    input->buffer = NULL;
}
