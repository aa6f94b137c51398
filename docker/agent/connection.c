#include "connection.h"

#include "attach.h"
#include "question.h"
#include "session.h"
#include "title.h"
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
/* What a process may serve, one after the other, so that whatever may be left of each cannot add up without end. */
#define SESSIONS 500

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

void connection_may_stop(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
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

/* Whether another may follow. */
static bool serve_session(int fd)
{
    static struct session session;
    static int served;
    static const char failure[] = "the agent has too little memory";
    if (served > 0) {
        session_renew(&session, fd);
    } else if (!session_open(&session, fd, fd)) {
        write_frame(fd, 'E', failure, sizeof failure - 1);
        return false;
    }
    session_serve(&session);
    return session_keep(&session) && ++served < SESSIONS;
}

bool connection_serve(int fd)
{
    title_set("connection", "");
    char type = connection_first_type(fd, FIRST_BYTE_MS);
    signal(SIGTERM, SIG_IGN);
    switch (type) {
    case 0:
        return false;
    case 'a':
        attach_connection(fd);
        return false;
    case '?':
        question_answer(fd);
        return false;
    default:
        return serve_session(fd);
    }
}
