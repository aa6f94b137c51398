#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX (FRAME_HEADER + FRAME_PAYLOAD_MAX)

bool frame_reader_open(struct frame_reader *reader)
{
    reader->begin = reader->end = 0;
    reader->buffer = malloc(FRAME_MAX);
    return reader->buffer != NULL;
}

enum frame_fill frame_reader_fill(struct frame_reader *reader, int fd)
{
    if (reader->begin > 0) {
        memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
        reader->end -= reader->begin;
        reader->begin = 0;
    }
    ssize_t n = read(fd, reader->buffer + reader->end, FRAME_MAX - reader->end);
    if (n > 0) {
        reader->end += (size_t)n;
        return FILL_DATA;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return FILL_NOTHING;
    return FILL_CLOSED;
}

enum frame_parse frame_reader_next(struct frame_reader *reader, struct frame *frame)
{
    size_t available = reader->end - reader->begin;
    if (available < FRAME_HEADER)
        return PARSE_INCOMPLETE;
    const uint8_t *header = reader->buffer + reader->begin;
    uint32_t length = (uint32_t)header[1] << 24 | (uint32_t)header[2] << 16
        | (uint32_t)header[3] << 8 | header[4];
    if (length > FRAME_PAYLOAD_MAX)
        return PARSE_TOO_LONG;
    if (available < FRAME_HEADER + length)
        return PARSE_INCOMPLETE;
    frame->type = (char)header[0];
    frame->length = length;
    frame->payload = header + FRAME_HEADER;
    reader->begin += FRAME_HEADER + length;
    return PARSE_FRAME;
}

bool frame_reader_partial(const struct frame_reader *reader)
{
    return reader->end > reader->begin;
}

void frame_reader_close(struct frame_reader *reader)
{
    free(reader->buffer);
    reader->buffer = NULL;
    reader->begin = reader->end = 0;
}

bool frame_writer_open(struct frame_writer *writer)
{
    writer->begin = writer->end = 0;
    writer->buffer = malloc(FRAME_MAX);
    return writer->buffer != NULL;
}

bool frame_writer_idle(const struct frame_writer *writer)
{
    return writer->begin == writer->end;
}

uint8_t *frame_writer_payload(struct frame_writer *writer)
{
    return writer->buffer + FRAME_HEADER;
}

void frame_header(uint8_t *header, char type, uint32_t length)
{
    header[0] = (uint8_t)type;
    header[1] = (uint8_t)(length >> 24);
    header[2] = (uint8_t)(length >> 16);
    header[3] = (uint8_t)(length >> 8);
    header[4] = (uint8_t)length;
}

void frame_writer_commit(struct frame_writer *writer, char type, uint32_t length)
{
    frame_header(writer->buffer, type, length);
    writer->begin = 0;
    writer->end = FRAME_HEADER + length;
}

enum frame_flush frame_writer_flush(struct frame_writer *writer, int fd)
{
    while (writer->begin < writer->end) {
        ssize_t n = write(fd, writer->buffer + writer->begin, writer->end - writer->begin);
        if (n > 0)
            writer->begin += (size_t)n;
        else if (n < 0 && errno == EAGAIN)
            return FLUSH_BLOCKED;
        else if (n < 0 && errno != EINTR)
            return FLUSH_FAILED;
    }
    return FLUSH_DONE;
}

void frame_writer_close(struct frame_writer *writer)
{
    free(writer->buffer);
    writer->buffer = NULL;
    writer->begin = writer->end = 0;
}
