#include "modes.h"

#include "gate.h"
#include "launch.h"
#include "limits.h"
#include "mailbox.h"
#include "title.h"
#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_MS 2000
/* Processes that the engine put into the sandbox are not our children: their end has to be looked for. */
#define LOOK_MS 10
/* So that a stop gets through however fast orphans come. */
#define REAPS_PER_TURN 1000
/* While there is no room for one more process. */
#define PAUSE_MS 20

/* Whether more may be waiting. */
static bool reap(struct gate *gate)
{
    for (int i = 0; i < REAPS_PER_TURN; i++) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid <= 0)
            return false;
        if (gate != NULL)
            gate_note_end(gate, pid);
    }
    return true;
}

static bool alone(void)
{
    reap(NULL);
    return kill(-1, 0) != 0 && errno == ESRCH;
}

static int open_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Whether one of them asks to stop. */
static bool read_signals(int fd)
{
    struct signalfd_siginfo info[16];
    ssize_t n;
    bool asked = false;
    while ((n = read(fd, info, sizeof info)) > 0)
        for (size_t i = 0; i < (size_t)n / sizeof *info; i++)
            asked |= info[i].ssi_signo != SIGCHLD;
    return asked;
}

static void stop(int signals)
{
    struct pollfd child = { .fd = signals, .events = POLLIN };
    int64_t deadline = now_ms() + STOP_MS;
    kill(-1, SIGTERM);
    kill(-1, SIGCONT);
    while (!alone() && now_ms() < deadline) {
        poll(&child, 1, LOOK_MS);
        read_signals(signals);
    }
    kill(-1, SIGKILL);
    reap(NULL);
}

/* The gate is NULL where there is none. */
static void serve(int signals, struct gate *gate)
{
    for (;;) {
        bool more = reap(gate);
        bool roomy = gate == NULL || gate_serve(gate);
        struct pollfd fds[3] = { { .fd = signals, .events = POLLIN } };
        if (gate != NULL && roomy)
            gate_interest(gate, fds + 1);
        poll(fds, gate != NULL && roomy ? 3 : 1, more ? 0 : roomy ? -1 : PAUSE_MS);
        if (fds[0].revents != 0 && read_signals(signals))
            return;
    }
}

/*
 * The processes that serve the connections are copies of this one and show what they do in their arguments, for which
 * these are too short.
 */
static void make_room_for_titles(const char *path)
{
    char room[TITLE_ROOM + 1];
    memset(room, '-', TITLE_ROOM);
    room[TITLE_ROOM] = '\0';
    execl("/proc/self/exe", "agent", "init", path, room, (char *)NULL);
}

static bool open_gate(struct gate *gate, const char *path, int signals)
{
    umask(077);
    mailbox_place(path);
    if (gate_open(gate, path, signals))
        return true;
    fprintf(stderr, "agent init cannot listen at %s: %s\n", path, strerror(errno));
    return false;
}

int run_init(int argc, char **argv)
{
    if (getpid() != 1) {
        /* Anywhere else, stopping would signal every process of the machine. */
        fputs("agent init must be the first process of a sandbox\n", stderr);
        return 64;
    }
    if (argc == 1)
        make_room_for_titles(argv[0]);
    prctl(PR_SET_NAME, "agent"); /* which is else the name of the link that it was executed by */
    limits_open();
    launch_prepare();
    int signals = open_signals();
    static struct gate gate;
    if (signals < 0 || (argc > 0 && !open_gate(&gate, argv[0], signals)))
        return 71;
    serve(signals, argc > 0 ? &gate : NULL);
    if (argc > 0)
        gate_close(&gate, argv[0]);
    stop(signals);
    return 0;
}
