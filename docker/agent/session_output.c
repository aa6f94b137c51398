#include "session.h"

#include "terminal.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* So that control frames, timers and reaping get their turn while output flows without a pause. */
#define FRAMES_PER_TURN 32

static bool discarding(const struct session *session)
{
    return session->server_gone || session->cause == CAUSE_OUTPUT_LIMIT || session->phase == PHASE_REPORTED;
}

bool output_wants(const struct session *session, const struct stream *stream)
{
    bool open = stream->fd >= 0 && session->phase >= PHASE_RUNNING && !(stream->bounded && stream->left == 0);
    return open && (discarding(session) || retain_room(&session->retain) > 0);
}

/* Which frame the server needs before the output: 'R', 'W', or none (0). */
static char due_control(const struct session *session)
{
    if (session->failure[0] != '\0' || session->last != LAST_WAITING || !session->runs)
        return 0;
    if (!session->announced)
        return 'R';
    bool counts = session->input.accepts || !session->attached_again;
    return counts && session->input.unreported > 0 ? 'W' : 0;
}

static bool due_last(const struct session *session)
{
    return session->phase == PHASE_REPORTED && session->last == LAST_WAITING;
}

bool output_waiting(const struct session *session)
{
    return session->out >= 0 && (!frame_writer_idle(&session->writer) || retain_pending(&session->retain)
        || due_control(session) != 0 || due_last(session));
}

static void commit_number(struct session *session, char type, uint64_t number)
{
    int length = snprintf((char *)frame_writer_payload(&session->writer), 32, "%llu", (unsigned long long)number);
    frame_writer_commit(&session->writer, type, (uint32_t)length);
}

/* How much to read: 0 when only the question is left whether the command writes more than it may. */
static size_t share(const struct session *session, const struct stream *stream)
{
    uint64_t size = retain_room(&session->retain);
    if (stream->bounded && stream->left < size)
        size = stream->left;
    uint64_t limit = session->request.max_output;
    if (limit > 0 && limit - session->forwarded < size)
        size = limit - session->forwarded;
    return (size_t)size;
}

/* Reads once; 0 when there is nothing now. */
static size_t take(struct stream *stream, uint8_t *buffer, size_t size)
{
    ssize_t n;
    do
        n = read(stream->fd, buffer, size);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        stream->left = 0; /* somebody in the sandbox may have taken bytes that were there when draining began */
        if (n == 0 || errno != EAGAIN)
            close_fd(&stream->fd);
        return 0;
    }
    stream->left -= (size_t)n < stream->left ? (size_t)n : stream->left;
    return (size_t)n;
}

static void discard(struct session *session)
{
    static uint8_t sink[FRAME_PAYLOAD_MAX];
    for (int i = 0; i < FRAMES_PER_TURN; i++) {
        struct stream *stream = &session->streams[i % 2];
        if (output_wants(session, stream))
            take(stream, sink, sizeof sink);
    }
}

/* Makes one piece of a stream a frame; false when there is none now. */
static bool collect_from(struct session *session, struct stream *stream)
{
    if (!output_wants(session, stream))
        return false;
    uint8_t *payload = retain_reserve(&session->retain);
    if (payload == NULL)
        return false;
    size_t size = share(session, stream);
    size_t n = take(stream, payload, size > 0 ? size : 1);
    if (n == 0)
        return false;
    if (size == 0) {
        end_begin(session, CAUSE_OUTPUT_LIMIT);
        return false;
    }
    session->forwarded += n;
    retain_commit(&session->retain, stream->type, n);
    return true;
}

static bool collect(struct session *session)
{
    for (int i = 0; i < 2 && !discarding(session); i++) {
        session->turn ^= 1;
        if (collect_from(session, &session->streams[session->turn]))
            return true;
    }
    return false;
}

static bool compose_control(struct session *session)
{
    char type = due_control(session);
    if (type == 'R') {
        session->announced = true;
        commit_number(session, 'R', (uint64_t)session->pid);
    } else if (type == 'W') {
        commit_number(session, 'W', session->input.unreported);
        session->input.unreported = 0;
    }
    return type != 0;
}

static bool compose_last(struct session *session)
{
    if (!due_last(session))
        return false;
    bool failed = session->failure[0] != '\0';
    size_t length = failed ? strlen(session->failure) : session->report_length;
    memcpy(frame_writer_payload(&session->writer), failed ? session->failure : session->report, length);
    frame_writer_commit(&session->writer, failed ? 'E' : 'X', (uint32_t)length);
    session->last = LAST_COMPOSED;
    return true;
}

/* Sends one frame; blocked also when there is none. */
static enum frame_flush deliver(struct session *session)
{
    bool composed = !frame_writer_idle(&session->writer);
    if (!composed && !retain_partial(&session->retain))
        composed = compose_control(session);
    if (!composed && !retain_pending(&session->retain))
        composed = compose_last(session);
    if (composed) {
        enum frame_flush flush = frame_writer_flush(&session->writer, session->out);
        if (flush == FLUSH_DONE && session->last == LAST_COMPOSED)
            session->last = LAST_SENT;
        return flush;
    }
    return retain_pending(&session->retain) ? retain_flush(&session->retain, session->out) : FLUSH_BLOCKED;
}

/* What the server sent before it went, perhaps an order to end, is still there to be read, and then the end. */
static void lose(struct session *session)
{
    if (session->in >= 0 && session->retain.window > 0)
        session->out = -1;
    else
        control_lost(session);
}

void output_pump(struct session *session)
{
    for (int i = 0; i < FRAMES_PER_TURN && !session->server_gone; i++) {
        bool collected = collect(session);
        enum frame_flush flush = session->out >= 0 ? deliver(session) : FLUSH_BLOCKED;
        if (flush == FLUSH_FAILED)
            lose(session);
        if (flush != FLUSH_DONE && !collected)
            break;
    }
    if (discarding(session))
        discard(session);
}

void output_begin_drain(struct session *session)
{
    session->phase = PHASE_DRAINING;
    for (int i = 0; i < 2; i++) {
        struct stream *stream = &session->streams[i];
        int held = 0;
        if (stream->fd >= 0 && ioctl(stream->fd, FIONREAD, &held) != 0)
            held = 0;
        stream->bounded = true;
        /* A terminal does not say how much it holds; reading ends where it has no more. */
        stream->left = session->terminal >= 0 ? TERMINAL_BUFFER : (size_t)held;
    }
    input_discard(&session->input);
}

bool output_drained(const struct session *session)
{
    for (int i = 0; i < 2; i++)
        if (session->streams[i].fd >= 0 && session->streams[i].bounded && session->streams[i].left > 0
            && !discarding(session))
            return false;
    return true;
}
