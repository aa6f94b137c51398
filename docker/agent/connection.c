#include "connection.h"

#include "attach.h"
#include "question.h"
#include "session.h"
#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* For a server that connects and then says nothing. */
#define FIRST_BYTE_MS 60000

void connection_prepare_process(void (*on_stop)(int))
{
    sigset_t none;
    ignore_signals();
    signal(SIGTERM, on_stop);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

char connection_first_type(int fd, int64_t patience_ms)
{
    char type = 0;
    struct pollfd input = { .fd = fd, .events = POLLIN };
    int64_t deadline = now_ms() + patience_ms;
    int64_t left;
    while ((left = deadline - now_ms()) > 0) {
        ssize_t n = recv(fd, &type, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n == 1)
            return type;
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return 0;
        poll(&input, 1, (int)left);
    }
    return 0;
}

static void serve_session(int fd)
{
    static struct session session;
    static const char failure[] = "the agent has too little memory";
    if (session_open(&session, fd, fd)) {
        session_serve(&session);
        session_keep(&session);
    } else {
        write_frame(fd, 'E', failure, sizeof failure - 1);
    }
}

void connection_serve(int fd)
{
    /* A connection on which nothing was said yet must not delay a stop, which may have come already. */
    connection_prepare_process(SIG_DFL);
    char type = connection_first_type(fd, FIRST_BYTE_MS);
    signal(SIGTERM, SIG_IGN);
    switch (type) {
    case 0:
        break;
    case 'a':
        attach_connection(fd);
        break;
    case '?':
        question_answer(fd);
        break;
    default:
        serve_session(fd);
    }
    _exit(0);
}
