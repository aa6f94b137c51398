#include "run.h"

#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 65536
#define CPU_LOOK_MIN_MS 5
/* Bubblewrap's own process and the sandbox's first count, too. */
#define OWN_PROCESSES 2
#define ENDING_MS 5000

enum cause { CAUSE_NONE, CAUSE_TIMEOUT, CAUSE_CPU_LIMIT, CAUSE_OUTPUT_LIMIT, CAUSE_CANCELLED };

/* One pipe of the command's output. */
struct output {
    int fd;
    char type;
    bool ended, truncated;
};

struct run {
    struct sandbox *sandbox;
    struct limits limits;
    int connection;
    bool gone; /* the server has hung up */
    const uint8_t *input;
    size_t input_left;
    struct output outputs[2];
    uint8_t frame[FRAME_HEADER + CHUNK]; /* the one frame that is on its way */
    size_t frame_at, frame_end;
    uint64_t sent;
    int64_t started, ended;
    int64_t next_cpu_look;
    uint64_t cpu_before, peak_rss;
    enum cause cause;
    bool reported, over; /* over: the command and all its like have ended, what is in the pipes is all there is */
    struct inner_report report;
};

static size_t put_header(uint8_t *frame, char type, size_t length)
{
    frame[0] = (uint8_t)type;
    frame[1] = (uint8_t)(length >> 24);
    frame[2] = (uint8_t)(length >> 16);
    frame[3] = (uint8_t)(length >> 8);
    frame[4] = (uint8_t)length;
    return FRAME_HEADER + length;
}

void send_error(int connection, const char *sentence)
{
    uint8_t frame[FRAME_HEADER + 256];
    size_t length = strlen(sentence);
    memcpy(frame + FRAME_HEADER, sentence, length);
    write_all(connection, frame, put_header(frame, 'E', length));
}

static void end(struct run *r, enum cause cause)
{
    if (r->cause != CAUSE_NONE || r->over || r->reported)
        return;
    r->cause = cause;
    r->peak_rss = cgroup_peak_rss(&r->sandbox->group);
    sandbox_kill(r->sandbox);
}

static void flush(struct run *r)
{
    while (r->frame_at < r->frame_end && !r->gone) {
        ssize_t wrote = write(r->connection, r->frame + r->frame_at, r->frame_end - r->frame_at);
        if (wrote < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        r->gone = wrote <= 0;
        r->frame_at += wrote > 0 ? (size_t)wrote : 0;
    }
    r->frame_at = r->frame_end = 0;
}

static bool idle(const struct run *r)
{
    return r->frame_end == 0;
}

/* Takes one piece of output, if there is any, and sends it on. */
static void take_output(struct run *r, struct output *o)
{
    if (o->ended || !idle(r))
        return;
    ssize_t got = read(o->fd, r->frame + FRAME_HEADER, CHUNK);
    if (got < 0 && errno == EINTR)
        return;
    if (got <= 0) {
        o->ended = got == 0 || r->over || errno != EAGAIN;
        return;
    }
    uint64_t room = r->limits.max_output - r->sent;
    if ((uint64_t)got > room) {
        o->truncated = true;
        got = (ssize_t)room;
        end(r, CAUSE_OUTPUT_LIMIT);
        r->cause = r->cause == CAUSE_NONE ? CAUSE_OUTPUT_LIMIT : r->cause;
    }
    r->sent += (uint64_t)got;
    if (got > 0) {
        r->frame_end = put_header(r->frame, o->type, (size_t)got);
        flush(r);
    } else if (r->over) {
        o->ended = true;
    }
}

static void give_input(struct run *r)
{
    while (r->input_left > 0) {
        ssize_t wrote = write(r->sandbox->in, r->input, r->input_left);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0 && errno == EAGAIN)
            return;
        /* A command that closed its input loses the rest, as at any pipe. */
        r->input_left = wrote < 0 ? 0 : r->input_left - (size_t)wrote;
        r->input += wrote < 0 ? 0 : wrote;
    }
    if (r->sandbox->in >= 0)
        close(r->sandbox->in);
    r->sandbox->in = -1;
}

/* The only thing that a server says after its request is that it wants no more. */
static void take_word(struct run *r)
{
    uint8_t word[64];
    ssize_t got = read(r->connection, word, sizeof word);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    r->gone = r->gone || got <= 0;
    end(r, CAUSE_CANCELLED);
}

static void take_report(struct run *r)
{
    ssize_t got = read(r->sandbox->control, &r->report, sizeof r->report);
    r->reported = got == (ssize_t)sizeof r->report;
    r->over = true;
    r->ended = now_ms();
}

static uint64_t cpu_ms(const struct run *r)
{
    uint64_t now = cgroup_cpu_ns(&r->sandbox->group);
    return now <= r->cpu_before ? 0 : (now - r->cpu_before) / 1000000;
}

/* The processors cannot give more than so much in a given time, so there is no need to look before. */
static void look_at_cpu(struct run *r, int64_t now)
{
    if (now < r->next_cpu_look)
        return;
    uint64_t used = cpu_ms(r);
    if (used >= r->limits.cpu_ms)
        end(r, CAUSE_CPU_LIMIT);
    uint64_t left = used >= r->limits.cpu_ms ? 0 : (r->limits.cpu_ms - used) * 1000 / r->limits.cpus_milli;
    r->next_cpu_look = now + (left < CPU_LOOK_MIN_MS ? CPU_LOOK_MIN_MS : (int64_t)left);
}

static int until_next(const struct run *r, int64_t now)
{
    int64_t next = r->started + (int64_t)r->limits.wall_ms;
    if (r->next_cpu_look < next)
        next = r->next_cpu_look;
    if (r->cause != CAUSE_NONE)
        return ENDING_MS;
    return next <= now ? 0 : (int)(next - now);
}

/* One round of waiting and doing. False when an ended sandbox does not show its end. */
static bool step(struct run *r)
{
    bool room = idle(r);
    struct pollfd pollers[] = {
        {.fd = r->gone ? -1 : r->connection, .events = (short)(POLLIN | (room ? 0 : POLLOUT))},
        {.fd = r->sandbox->control, .events = POLLIN},
        {.fd = room && !r->outputs[0].ended ? r->outputs[0].fd : -1, .events = POLLIN},
        {.fd = room && !r->outputs[1].ended ? r->outputs[1].fd : -1, .events = POLLIN},
        {.fd = r->input_left > 0 ? r->sandbox->in : -1, .events = POLLOUT},
    };
    int ready = poll(pollers, sizeof pollers / sizeof pollers[0], until_next(r, now_ms()));
    if (ready == 0 && r->cause != CAUSE_NONE && room)
        return false;
    int64_t now = now_ms();
    if (pollers[0].revents & (POLLIN | POLLHUP | POLLERR))
        take_word(r);
    flush(r);
    if (pollers[4].revents != 0)
        give_input(r);
    /* Before the report, so that a command is not ended for its time when it has ended. */
    if (pollers[1].revents != 0)
        take_report(r);
    for (int i = 0; i < 2; i++)
        if (pollers[2 + i].revents != 0)
            take_output(r, &r->outputs[i]);
    if (now >= r->started + (int64_t)r->limits.wall_ms)
        end(r, CAUSE_TIMEOUT);
    look_at_cpu(r, now);
    return true;
}

/* Sends what is left in the pipes when nobody is there to write more. */
static void drain(struct run *r)
{
    while (!r->gone && (!idle(r) || !r->outputs[0].ended || !r->outputs[1].ended)) {
        struct pollfd poller = {.fd = r->connection, .events = POLLOUT};
        if (!idle(r) && poll(&poller, 1, ENDING_MS) <= 0)
            r->gone = true;
        flush(r);
        take_output(r, &r->outputs[0]);
        take_output(r, &r->outputs[1]);
    }
}

static bool failed(const struct run *r)
{
    return !r->reported || r->report.status != 0;
}

static const char *cause_name(const struct run *r)
{
    static const char *const kept[] = {NULL, "timeout", "cpu_limit", "output_limit", "cancelled"};
    struct cgroup_counters counters;
    int status = r->report.status;
    int signal = r->reported && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int code = r->reported && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (r->cause != CAUSE_NONE)
        return kept[r->cause];
    cgroup_count(&r->sandbox->group, &counters);
    if (failed(r) && counters.oom_kills > 0)
        return "oom";
    if (signal == SIGXCPU)
        return "cpu_limit";
    if (signal == SIGXFSZ || code == 128 + SIGXFSZ || (failed(r) && r->report.disk_full))
        return "disk_limit";
    if (failed(r) && counters.pids_refused > 0)
        return "pids_limit";
    return signal != 0 || !r->reported ? "signalled" : "exited";
}

/* Says how it ended; a sandbox that ended without saying so was killed. */
static void send_report(struct run *r)
{
    char code[16] = "", signal[16] = "9";
    if (r->reported) {
        signal[0] = '\0';
        if (WIFEXITED(r->report.status))
            snprintf(code, sizeof code, "%d", WEXITSTATUS(r->report.status));
        else
            snprintf(signal, sizeof signal, "%d", WTERMSIG(r->report.status));
    }
    uint64_t peak = r->reported && r->report.peak_rss > r->peak_rss ? r->report.peak_rss : r->peak_rss;
    int length = snprintf((char *)r->frame + FRAME_HEADER, CHUNK,
        "code=%s%csignal=%s%ccause=%s%cduration_ms=%lld%ccpu_ms=%llu%cmax_memory_bytes=%llu%ctruncated=%s%s%c", code, 0, signal, 0,
        cause_name(r), 0, (long long)(r->ended - r->started), 0, (unsigned long long)cpu_ms(r), 0, (unsigned long long)peak, 0,
        r->outputs[0].truncated ? "1" : "", r->outputs[1].truncated ? "2" : "", 0);
    r->frame_at = 0;
    r->frame_end = put_header(r->frame, 'X', (size_t)length);
    drain(r);
}

/* Puts the request where the first process finds it and finds the input in it. */
static bool hand_over(struct run *r, const uint8_t *request, size_t length)
{
    struct frames frames = {request, length, 0};
    struct frame frame;
    while (frames_next(&frames, &frame)) {
        if (frame.type == 'L' && !limits_parse(&frame, &r->limits))
            return false;
        if (frame.type == 'i') {
            r->input = frame.payload;
            r->input_left = frame.length;
        }
    }
    return write_all(r->sandbox->request, request, length);
}

void run_request(struct sandbox *sandbox, const uint8_t *request, size_t length, int connection)
{
    static struct run r;
    r.sandbox = sandbox;
    r.connection = connection;
    r.outputs[0] = (struct output){.fd = sandbox->out, .type = '1'};
    r.outputs[1] = (struct output){.fd = sandbox->err, .type = '2'};
    if (!set_nonblocking(connection) || !hand_over(&r, request, length)) {
        send_error(connection, "the limits are not as they must be");
        return;
    }
    struct cgroup_limits limits = {r.limits.memory_bytes, r.limits.pids + OWN_PROCESSES, r.limits.cpus_milli};
    if (!cgroup_limit(&sandbox->group, &limits)) {
        send_error(connection, "the limits could not be set; the server's log says why");
        return;
    }
    r.cpu_before = cgroup_cpu_ns(&sandbox->group);
    r.started = r.next_cpu_look = now_ms();
    if (!write_all(sandbox->control, &(char){GO}, 1)) {
        send_error(connection, "the sandbox ended before its command");
        return;
    }
    give_input(&r);
    while (!r.over && step(&r))
        if (r.gone)
            end(&r, CAUSE_CANCELLED);
    if (!r.over)
        r.ended = now_ms();
    r.over = true;
    drain(&r);
    /* Who has the report may take it that nothing of the command is alive any more. */
    sandbox_kill(sandbox);
    cgroup_await_empty(&sandbox->group);
    send_report(&r);
}
