#include "modes.h"
#include "session.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_BROKEN 70
/* For a server that neither takes the report nor leaves. */
#define LINGER_MS 60000

static void send_failure(const char *text)
{
    write_frame(STDOUT_FILENO, 'E', text, strlen(text));
}

/* The process that serves the session and then stays for what the command left in the background. */
_Noreturn static void run_keeper(int done)
{
    static struct session session;
    unsigned char status = STATUS_BROKEN;
    setsid();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (session_open(&session, STDIN_FILENO, STDOUT_FILENO))
        status = (unsigned char)session_serve(&session);
    else
        send_failure("the agent has too little memory");
    detach_stdio();
    write_all(done, &status, 1);
    close(done);
    if (session.pid > 0)
        session_keep(&session);
    _exit(0);
}

/* The engine sees an exec's end in the end of the process that it started: this one, which must not wait for more. */
static int await_result(int done, pid_t keeper)
{
    unsigned char status = STATUS_BROKEN;
    ssize_t n;
    do
        n = read(done, &status, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        waitpid(keeper, NULL, 0);
    return status;
}

/*
 * The engine gives up what it has not delivered 2 s after the process that it started has ended, so a server that is
 * slow at that moment would never see the report. This process stays until the server has hung up; its closed output
 * tells that nothing more comes.
 */
static void await_hangup(void)
{
    static char rest[4096];
    int64_t deadline = now_ms() + LINGER_MS;
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        if (left <= 0)
            return;
        int ready = poll(&input, 1, (int)left);
        if (ready < 0 && errno != EINTR)
            return;
        errno = 0;
        if (ready > 0 && read(STDIN_FILENO, rest, sizeof rest) <= 0 && errno != EINTR && errno != EAGAIN)
            return;
    }
}

int run_exec(int argc, char **argv)
{
    (void)argv;
    int done[2];
    if (argc != 1) {
        fputs("usage: agent exec ID\n", stderr);
        return 64;
    }
    syscall(SYS_close_range, 3, ~0U, 0);
    ignore_signals();
    signal(SIGTERM, SIG_IGN);
    if (pipe2(done, O_CLOEXEC) != 0) {
        send_failure("the agent cannot make a pipe");
        return STATUS_BROKEN;
    }
    pid_t keeper = fork();
    if (keeper == 0) {
        close(done[0]);
        run_keeper(done[1]);
    }
    close(done[1]);
    if (keeper < 0) {
        send_failure("cannot fork: too many processes or too little memory");
        return STATUS_BROKEN;
    }
    int status = await_result(done[0], keeper);
    await_hangup();
    return status;
}
