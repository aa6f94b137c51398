#include "session.h"

#include "util.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>


#define TERM_GRACE_MS 200
#define KILL_PAUSE_MS 20
/* A tree that is still there by then is faster than looking for it. */
#define OUTRUN_MS 500
/* Then the server is told although some process cannot be killed, for one in uninterruptible sleep. */
#define GIVE_UP_MS 3000
#define REAPS_PER_TURN 256
/* With less the disk counts as full. */
#define DISK_FULL_BYTES 65536

void end_begin(struct session *session, enum cause cause)
{
    if (session->pid == 0 || session->phase == PHASE_REPORTED)
        return;
    /* A command that has ended keeps its own result, unless part of its output must be withheld. */
    if (session->cause == CAUSE_NONE && (!session->command_ended || cause == CAUSE_OUTPUT_LIMIT))
        session->cause = cause;
    if (session->ending != ENDING_NOT)
        return;
    session->ending = ENDING_TERM;
    session->ending_since = now_ms();
    tree_terminate(&session->tree);
    session->next_kill = session->ending_since + TERM_GRACE_MS;
}

bool end_step(struct session *session, int64_t now)
{
    if (session->ending == ENDING_NOT)
        return session->command_ended;
    if (session->tree_empty)
        session->ending = ENDING_DONE;
    if (session->ending == ENDING_DONE)
        return true;
    if (now >= session->next_kill) {
        session->ending = ENDING_KILL;
        if (now - session->ending_since >= OUTRUN_MS)
            tree_kill_standing(&session->tree, session->request.uid);
        else
            tree_kill(&session->tree);
        /* Dying takes processor time, too, which looking again at once would take away. */
        int64_t after = now_ms();
        session->next_kill = after + KILL_PAUSE_MS + 4 * (after - now);
    }
    return now - session->ending_since >= GIVE_UP_MS;
}

static void take_status(struct session *session, pid_t pid, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
        session->file_size_signal = true;
    if (pid == session->pid && !session->command_ended) {
        session->command_ended = true;
        session->wait_status = status;
        session->ended_at = now_ms();
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU && session->request.cpu_ms > 0
            && session->cause == CAUSE_NONE)
            session->cause = CAUSE_CPU_LIMIT;
    }
}

void end_reap(struct session *session)
{
    struct signalfd_siginfo info[8];
    ssize_t n;
    while ((n = read(session->signals, info, sizeof info)) > 0)
        for (size_t i = 0; i < (size_t)n / sizeof *info; i++)
            session->stopping |= info[i].ssi_signo == SIGTERM;
    session->more_to_reap = false;
    for (int i = 0; i < REAPS_PER_TURN; i++) {
        int status;
        struct rusage used;
        pid_t pid = wait4(-1, &status, WNOHANG, &used);
        if (pid == 0)
            return;
        if (pid < 0) {
            session->tree_empty = errno == ECHILD;
            return;
        }
        usage_add(&session->usage, &used);
        take_status(session, pid, status);
    }
    session->more_to_reap = true;
}

static const char *cause_name(const struct session *session)
{
    switch (session->cause) {
    case CAUSE_TIMEOUT:
        return "timeout";
    case CAUSE_CANCELLED:
        return "cancelled";
    case CAUSE_OUTPUT_LIMIT:
        return "output_limit";
    case CAUSE_CPU_LIMIT:
        return "cpu_limit";
    default:
        return session->command_ended && WIFEXITED(session->wait_status) ? "exited" : "signalled";
    }
}

/* A shell reports a child that met the file-size limit as 128 + SIGXFSZ. */
static bool met_file_size(const struct session *session)
{
    struct rlimit limit;
    bool limited = getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return session->file_size_signal || (limited && session->command_ended && WIFEXITED(session->wait_status)
        && WEXITSTATUS(session->wait_status) == 128 + SIGXFSZ);
}

static bool met_full_disk(const struct session *session)
{
    bool succeeded = session->command_ended && WIFEXITED(session->wait_status)
        && WEXITSTATUS(session->wait_status) == 0;
    struct statvfs disk;
    if (succeeded || session->directory < 0 || fstatvfs(session->directory, &disk) != 0
        || (disk.f_flag & ST_RDONLY) != 0)
        return false;
    bool counts_files = disk.f_files > 0;
    return disk.f_bavail * disk.f_frsize < DISK_FULL_BYTES || (counts_files && disk.f_favail == 0);
}

struct report {
    char *text;
    size_t length;
};

static void add_text(struct report *report, const char *key, const char *value)
{
    report->length += (size_t)sprintf(report->text + report->length, "%s=%s", key, value) + 1;
}

static void add_number(struct report *report, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    add_text(report, key, text);
}

static void add_result(struct report *report, const struct session *session)
{
    int status = session->wait_status;
    char code[8] = "", number[8] = "";
    if (session->command_ended && WIFEXITED(status))
        snprintf(code, sizeof code, "%d", WEXITSTATUS(status));
    else if (session->command_ended)
        snprintf(number, sizeof number, "%d", WTERMSIG(status));
    add_text(report, "code", code);
    add_text(report, "signal", number);
    add_text(report, "cause", cause_name(session));
}

static void add_usage(struct report *report, const struct session *session)
{
    int64_t ended = session->command_ended ? session->ended_at : now_ms();
    add_number(report, "duration_ms", (uint64_t)(ended - session->started_at));
    add_number(report, "cpu_ms", usage_reaped_cpu_ms(&session->usage));
    add_number(report, "max_memory_bytes", usage_peak_bytes(&session->usage));
}

void end_report(struct session *session)
{
    struct limit_counters now;
    limits_read(&now);
    struct report report = { .text = session->report };
    add_result(&report, session);
    add_usage(&report, session);
    add_number(&report, "oom", now.oom_kills > session->limits_before.oom_kills);
    add_number(&report, "pids_limit", now.pids_refused > session->limits_before.pids_refused);
    add_number(&report, "disk_limit", met_file_size(session));
    add_number(&report, "disk_full", met_full_disk(session));
    session->report_length = report.length;
}
