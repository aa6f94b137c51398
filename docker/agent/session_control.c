#include "session.h"

#include "launch.h"
#include "terminal.h"
#include "title.h"
#include "util.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STATUS_PROTOCOL_ERROR 2

void control_close(struct session *session)
{
    if (session->connection >= 0)
        close(session->connection);
    session->in = session->out = session->connection = -1;
}

void control_lost(struct session *session)
{
    control_close(session);
    if (session->mailbox.fd >= 0 && session->failure[0] == '\0' && !session->server_gone) {
        session->detached_at = now_ms();
        return;
    }
    session->server_gone = true;
    input_end(&session->input);
    if (session->phase == PHASE_AWAITING_START)
        session->finished = true;
}

void control_drain(struct session *session)
{
    static uint8_t rest[4096];
    ssize_t n = read(session->in, rest, sizeof rest);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        control_close(session);
}

static void fail(struct session *session, const char *reason)
{
    snprintf(session->failure, sizeof session->failure, "%s", reason);
    session->in = -1;
    if (session->phase == PHASE_AWAITING_START)
        session->phase = PHASE_REPORTED; /* the only phase that goes on without a command */
    else
        end_begin(session, CAUSE_CANCELLED);
}

void control_fault(struct session *session, const char *reason)
{
    char text[256];
    snprintf(text, sizeof text, "protocol error: %s", reason);
    session->exit_status = STATUS_PROTOCOL_ERROR;
    fail(session, text);
}

static const char *open_window(struct session *session)
{
    if (session->connection < 0 || mailbox_directory() == NULL)
        return "a window needs the agent's socket";
    session->retain.window = session->request.window;
    return mailbox_open(&session->mailbox, session->request.id);
}

static void start(struct session *session)
{
    struct request *request = &session->request;
    const char *error = request_parse(request);
    if (error != NULL) {
        control_fault(session, error);
        return;
    }
    if (geteuid() == 0 && (!request->has_uid || !request->has_gid || request->uid == 0)) {
        control_fault(session, "start must name a user other than root, and a group");
        return;
    }
    if (session->connection >= 0 && request->id == NULL) {
        control_fault(session, "start must name the session");
        return;
    }
    if (session->connection >= 0)
        title_set("exec", request->id);
    const char *error_of_window = request->window > 0 ? open_window(session) : NULL;
    if (error_of_window != NULL) {
        fail(session, error_of_window);
        return;
    }
    limits_read(&session->limits_before);
    session->started_at = now_ms();
    struct launched launched;
    error = launch(request, &launched);
    if (error != NULL) {
        fail(session, error);
        return;
    }
    session->phase = PHASE_LAUNCHING;
    session->pid = launched.pid;
    session->status = launched.status;
    session->streams[0].fd = launched.output;
    session->streams[1].fd = launched.error;
    session->terminal = launched.terminal;
    session->directory = launched.directory;
    if (!input_open(&session->input, launched.input, request->terminal))
        fail(session, "out of memory");
}

static void take_start(struct session *session, const struct frame *frame)
{
    if (frame->type != 'S' && frame->type != 's')
        control_fault(session, "the first frame must be a start");
    else if (!request_append(&session->request, frame->payload, frame->length))
        control_fault(session, "start is too long");
    else if (frame->type == 'S')
        start(session);
}

static void take_signal(struct session *session, const struct frame *frame)
{
    uint64_t number;
    if (!parse_decimal((const char *)frame->payload, frame->length, SIGRTMAX, &number) || number == 0)
        control_fault(session, "bad signal number");
    else if (session->phase < PHASE_REPORTED)
        tree_signal(&session->tree, (int)number);
}

static void take_size(struct session *session, const struct frame *frame)
{
    struct winsize size;
    if (!terminal_parse_size((const char *)frame->payload, frame->length, &size))
        control_fault(session, "bad size of the terminal");
    else if (session->streams[0].fd >= 0)
        terminal_resize(session->streams[0].fd, &size);
}

static void take_acknowledgement(struct session *session, const struct frame *frame)
{
    uint64_t number;
    if (!parse_decimal((const char *)frame->payload, frame->length, INT64_MAX, &number))
        control_fault(session, "bad acknowledgement");
    else if (session->last == LAST_SENT && number == session->retain.cut + 1)
        session->finished = true;
    else if (!retain_acknowledge(&session->retain, number))
        control_fault(session, "acknowledgement of what was not sent, or was acknowledged before");
}

static void take(struct session *session, const struct frame *frame)
{
    if (session->phase == PHASE_AWAITING_START) {
        take_start(session, frame);
        return;
    }
    bool empty = frame->length == 0;
    if (frame->type == 'I' && !input_put(&session->input, frame->payload, frame->length))
        control_fault(session, "stdin is closed, or more than the window allows");
    else if (frame->type == 'C' && empty)
        input_end(&session->input);
    else if (frame->type == 'K')
        take_signal(session, frame);
    else if (frame->type == 'Q' && empty)
        end_begin(session, CAUSE_CANCELLED);
    else if (frame->type == 'Z' && session->request.terminal)
        take_size(session, frame);
    else if (frame->type == 'A' && session->retain.window > 0)
        take_acknowledgement(session, frame);
    else if (frame->type != 'I')
        control_fault(session, "unexpected frame");
}

/* After the report only acknowledgements matter; whatever else was under way meets a session that is over. */
static bool ignores(const struct session *session, const struct frame *frame)
{
    return session->phase == PHASE_REPORTED && frame->type != 'A';
}

void control_read(struct session *session)
{
    enum frame_fill fill = frame_reader_fill(&session->reader, session->in);
    struct frame frame;
    while (session->in >= 0 && !session->finished) {
        enum frame_parse parse = frame_reader_next(&session->reader, &frame);
        if (parse == PARSE_INCOMPLETE)
            break;
        if (parse == PARSE_TOO_LONG)
            control_fault(session, "frame too long");
        else if (!ignores(session, &frame))
            take(session, &frame);
    }
    if (fill != FILL_CLOSED || session->in < 0)
        return;
    if (frame_reader_partial(&session->reader) && session->phase == PHASE_AWAITING_START)
        control_fault(session, "the stream ends within a frame");
    else
        control_lost(session);
}
