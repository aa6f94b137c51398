#ifndef AGENT_FRAME_H
#define AGENT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER 5
#define FRAME_PAYLOAD_MAX 65536

struct frame {
    char type;
    uint32_t length;
    const uint8_t *payload; /* valid until the next call on its reader */
};

/* Cuts the incoming bytes into frames; holds at most one of full length. */
struct frame_reader {
    uint8_t *buffer;
    size_t begin, end;
};

enum frame_fill { FILL_DATA, FILL_NOTHING, FILL_CLOSED };
enum frame_parse { PARSE_FRAME, PARSE_INCOMPLETE, PARSE_TOO_LONG };

bool frame_reader_open(struct frame_reader *reader);
/* Reads once from a non-blocking descriptor. All complete frames must have been taken before. */
enum frame_fill frame_reader_fill(struct frame_reader *reader, int fd);
enum frame_parse frame_reader_next(struct frame_reader *reader, struct frame *frame);
/* Whether the stream was cut in the middle of a frame. */
bool frame_reader_partial(const struct frame_reader *reader);
void frame_reader_close(struct frame_reader *reader);

/* Holds one outgoing frame until the peer has taken it: this is the whole output memory of a session. */
struct frame_writer {
    uint8_t *buffer;
    size_t begin, end;
};

enum frame_flush { FLUSH_DONE, FLUSH_BLOCKED, FLUSH_FAILED };

bool frame_writer_open(struct frame_writer *writer);
bool frame_writer_idle(const struct frame_writer *writer);
/* Where the payload of the next frame may be put, FRAME_PAYLOAD_MAX bytes; only while idle. */
uint8_t *frame_writer_payload(struct frame_writer *writer);
/* Makes `length` bytes put there the pending frame. */
void frame_writer_commit(struct frame_writer *writer, char type, uint32_t length);
enum frame_flush frame_writer_flush(struct frame_writer *writer, int fd);
void frame_writer_close(struct frame_writer *writer);

void frame_header(uint8_t *header, char type, uint32_t length);

#endif
