#include "session.h"

#include "launch.h"
#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* For a server that neither takes the report nor leaves. */
#define HANGUP_MS 60000

/* Of children, and of the sandbox's stop. */
static sigset_t block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would make the kernel reap in our place */
    sigprocmask(SIG_BLOCK, &set, NULL);
    return set;
}

static void begin(struct session *session, int in, int out)
{
    *session = (struct session){ .in = in, .out = out, .connection = in == out ? in : -1, .signals = -1,
        .status = -1, .terminal = -1, .directory = -1, .input = { .fd = -1 }, .mailbox = { .fd = -1 },
        .streams = { { .fd = -1, .type = '1' }, { .fd = -1, .type = '2' } } };
    set_nonblocking(in);
    set_nonblocking(out);
}

bool session_open(struct session *session, int in, int out)
{
    begin(session, in, out);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    sigset_t set = block_signals();
    session->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return session->signals >= 0 && frame_reader_open(&session->reader) && frame_writer_open(&session->writer)
        && retain_reserve(&session->retain) != NULL && tree_open(&session->tree, getpid());
}

void session_renew(struct session *session, int connection)
{
    struct frame_reader reader = { .buffer = session->reader.buffer };
    struct frame_writer writer = { .buffer = session->writer.buffer };
    retain_clear(&session->retain);
    struct retain retain = session->retain;
    struct tree tree = session->tree;
    int signals = session->signals;
    block_signals();
    begin(session, connection, connection);
    session->reader = reader;
    session->writer = writer;
    session->retain = retain;
    session->tree = tree;
    session->signals = signals;
}

static void check_launch(struct session *session)
{
    bool runs = launch_succeeded(&session->request, session->status, session->failure, sizeof session->failure);
    close_fd(&session->status);
    session->runs = runs;
    session->phase = runs ? PHASE_RUNNING : PHASE_DRAINING;
    request_free(&session->request);
}

static bool awaits_acknowledgement(const struct session *session)
{
    return session->retain.window > 0 && session->failure[0] == '\0';
}

static void end_if_due(struct session *session, int64_t now)
{
    uint64_t timeout = session->request.timeout_ms;
    if (timeout > 0 && !session->command_ended && now - session->started_at >= (int64_t)timeout)
        end_begin(session, CAUSE_TIMEOUT);
    bool looks = session->pid > 0 && session->ending == ENDING_NOT && !session->command_ended;
    if (looks && usage_look(&session->usage, &session->tree, session->started_at, session->request.cpu_ms, now))
        end_begin(session, CAUSE_CPU_LIMIT);
    if (session->command_ended && session->request.kill_children)
        end_begin(session, CAUSE_NONE);
}

/* Takes every step that has become possible; each phase is left at most once. */
static void advance(struct session *session)
{
    int64_t now = now_ms();
    if (session->phase == PHASE_AWAITING_START || session->finished)
        return;
    if (session->phase < PHASE_REPORTED)
        end_if_due(session, now);
    if (session->phase == PHASE_LAUNCHING && session->command_ended)
        check_launch(session);
    bool ended = end_step(session, now);
    if (session->phase == PHASE_RUNNING && ended)
        output_begin_drain(session);
    output_pump(session);
    if (session->phase == PHASE_DRAINING && ended && output_drained(session)) {
        end_report(session);
        session->phase = PHASE_REPORTED;
        session->reported_at = now;
        session->streams[0].bounded = session->streams[1].bounded = false; /* what still comes is dropped */
        output_pump(session);
    }
    int64_t due = attach_due(session);
    if (due >= 0 && now >= due)
        attach_give_up(session);
    if (session->phase == PHASE_REPORTED)
        session->finished |= session->server_gone || (session->last == LAST_SENT && !awaits_acknowledgement(session));
}

static bool awaits_hangup(const struct session *session)
{
    return session->finished && session->in >= 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* The moment at which something is due though nothing happens, or -1. */
static int64_t next_due(const struct session *session)
{
    int64_t due = attach_due(session);
    if (awaits_hangup(session))
        due = earlier(due, session->hangup_by);
    if (session->ending == ENDING_TERM || session->ending == ENDING_KILL) {
        due = earlier(due, session->next_kill);
    } else if (session->pid > 0 && !session->command_ended && session->ending == ENDING_NOT) {
        due = earlier(due, session->usage.next_look);
        if (session->request.timeout_ms > 0)
            due = earlier(due, session->started_at + (int64_t)session->request.timeout_ms);
    }
    return due;
}

static int wait_limit(const struct session *session)
{
    if (session->more_to_reap)
        return 0;
    int64_t due = next_due(session);
    if (due < 0)
        return -1;
    int64_t left = due - now_ms();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

static void step(struct session *session)
{
    struct stream *streams = session->streams;
    struct pollfd fds[] = {
        { .fd = session->signals, .events = POLLIN },
        { .fd = session->connection >= 0 || session->phase < PHASE_REPORTED ? session->in : -1, .events = POLLIN },
        { .fd = output_waiting(session) ? session->out : -1, .events = POLLOUT },
        { .fd = session->phase == PHASE_LAUNCHING ? session->status : -1, .events = POLLIN },
        { .fd = input_wants_room(&session->input) ? session->input.fd : -1, .events = POLLOUT },
        { .fd = output_wants(session, &streams[0]) ? streams[0].fd : -1, .events = POLLIN },
        { .fd = output_wants(session, &streams[1]) ? streams[1].fd : -1, .events = POLLIN },
        { .fd = session->mailbox.fd, .events = POLLIN },
    };
    if (poll(fds, sizeof fds / sizeof fds[0], wait_limit(session)) < 0 && errno != EINTR)
        _exit(71);
    if (fds[0].revents != 0 || session->more_to_reap)
        end_reap(session);
    if (fds[3].revents != 0 && session->phase == PHASE_LAUNCHING)
        check_launch(session);
    if (fds[1].revents != 0 && session->finished)
        control_drain(session);
    else if (fds[1].revents != 0)
        control_read(session);
    if (fds[4].revents != 0)
        input_flush(&session->input);
    if (fds[7].revents != 0)
        attach_read(session);
    advance(session);
}

int session_serve(struct session *session)
{
    while (!session->finished)
        step(session);
    mailbox_close(&session->mailbox);
    session->in = session->connection;
    session->out = -1;
    session->server_gone = true;
    if (session->connection >= 0)
        shutdown(session->connection, SHUT_WR);
    return session->exit_status;
}

static void release_memory(struct session *session)
{
    frame_reader_close(&session->reader);
    frame_writer_close(&session->writer);
    retain_close(&session->retain);
    request_free(&session->request);
    input_close(&session->input);
}

/* What a session has besides what the next one takes over. */
static void close_rest(struct session *session)
{
    request_free(&session->request);
    input_close(&session->input);
    mailbox_close(&session->mailbox);
    close_fd(&session->status);
    close_fd(&session->terminal);
    close_fd(&session->directory);
    for (int i = 0; i < 2; i++)
        close_fd(&session->streams[i].fd);
}

/* Nothing of it is there any more, and it went as it should. */
static bool leaves_nothing(const struct session *session)
{
    return session->pid > 0 && session->tree_empty && session->in < 0 && session->failure[0] == '\0'
        && session->exit_status == 0 && !session->stopping && session->retain.reserved != NULL;
}

bool session_keep(struct session *session)
{
    bool left = session->pid > 0 && !session->tree_empty;
    if (left)
        release_memory(session);
    session->hangup_by = now_ms() + HANGUP_MS;
    while (session->in >= 0 || (session->pid > 0 && !session->tree_empty)) {
        step(session);
        output_pump(session);
        int64_t now = now_ms();
        end_step(session, now);
        if (awaits_hangup(session) && now >= session->hangup_by)
            control_close(session);
    }
    close_rest(session);
    if (!left && leaves_nothing(session))
        return true;
    tree_close(&session->tree);
    return false;
}
