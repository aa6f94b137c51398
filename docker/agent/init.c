#include "modes.h"

#include "util.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STOP_MS 2000
/* Processes that the engine put into the sandbox are not our children: their end has to be looked for. */
#define LOOK_MS 10
/* So that a stop gets through however fast orphans come. */
#define REAPS_PER_TURN 1000

/* Whether more may be waiting. */
static bool reap(void)
{
    for (int i = 0; i < REAPS_PER_TURN; i++)
        if (waitpid(-1, NULL, WNOHANG) <= 0)
            return false;
    return true;
}

static bool alone(void)
{
    reap();
    return kill(-1, 0) != 0 && errno == ESRCH;
}

static void stop(const sigset_t *signals)
{
    const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
    int64_t deadline = now_ms() + STOP_MS;
    kill(-1, SIGTERM);
    kill(-1, SIGCONT);
    while (!alone() && now_ms() < deadline)
        sigtimedwait(signals, NULL, &pause);
    kill(-1, SIGKILL);
    reap();
}

int run_init(int argc, char **argv)
{
    (void)argc, (void)argv;
    if (getpid() != 1) {
        /* Anywhere else, stopping would signal every process of the machine. */
        fputs("agent init must be the first process of a sandbox\n", stderr);
        return 64;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    const struct timespec now = { 0 };
    for (;;) {
        bool more = reap();
        int signal = more ? sigtimedwait(&signals, NULL, &now) : sigwaitinfo(&signals, NULL);
        if (signal == SIGTERM || signal == SIGINT) {
            stop(&signals);
            return 0;
        }
    }
}
