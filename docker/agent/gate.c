#include "gate.h"

#include "connection.h"
#include "title.h"
#include "util.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024
/* So that reaping and a stop get their turn. */
#define ADMISSIONS_PER_TURN 64

static int open_listener(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    unlink(address.sun_path);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(address.sun_path, 0600) != 0
        || listen(fd, BACKLOG) != 0 || rename(address.sun_path, path) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

bool gate_open(struct gate *gate, const char *path, int signals)
{
    *gate = (struct gate){ .listener = -1, .signals = signals, .porter = { .fd = -1 } };
    if (!crew_open(&gate->crew))
        return false;
    gate->listener = open_listener(path);
    return gate->listener >= 0;
}

/* Only a process outside of this namespace of processes has no number in it. */
static bool comes_from_outside(int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid == 0;
}

/* The socket is empty, so this does not block, and what it cannot take is not worth waiting for. */
static void refuse(int fd)
{
    static const char text[] = "cannot fork: too many processes or too little memory";
    set_nonblocking(fd);
    write_frame(fd, 'E', text, sizeof text - 1);
}

/* For a process that init has made: lets go of what is init's alone, and becomes one that may be stopped. */
static void leave_init(struct gate *gate)
{
    close(gate->signals);
    if (gate->porter.pid > 0)
        close(gate->porter.fd);
    /* Nothing that has said nothing yet may delay a stop, which may have come already. */
    connection_prepare_process(SIG_DFL);
}

/* A connection from outside; it waits until one comes that no other process took. */
static int await_connection(int listener, int poller)
{
    struct epoll_event event;
    for (;;) {
        if (epoll_wait(poller, &event, 1, -1) < 0 && errno != EINTR)
            return -1;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0 && comes_from_outside(fd))
            return fd;
        if (fd >= 0)
            close(fd);
        else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            return -1;
    }
}

/* Of those who wait the system wakes one for each connection. */
static int open_poller(int listener)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0)
        close_fd(&poller);
    return poller;
}

/* Waits and serves for as long as it is clean and wanted. The place is its own, or -1 for any. */
_Noreturn static void wait_and_serve(struct gate *gate, int place)
{
    int poller = open_poller(gate->listener);
    bool clean = poller >= 0;
    while (clean && (place = crew_join(&gate->crew, place)) >= 0) {
        title_set("waiting", "");
        connection_may_stop();
        int fd = await_connection(gate->listener, poller);
        crew_leave(&gate->crew, place);
        place = -1;
        clean = fd >= 0 && connection_serve(fd);
    }
    _exit(0);
}

/* Makes one more process that waits, if there is room; else init waits for connections itself. */
static void add_to_crew(struct gate *gate)
{
    int place = crew_reserve(&gate->crew);
    if (place < 0)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        leave_init(gate);
        wait_and_serve(gate, place);
    }
    crew_made(&gate->crew, place, pid);
}

static bool admit(struct gate *gate, int fd)
{
    if (!comes_from_outside(fd))
        return true;
    pid_t pid = fork();
    if (pid == 0) {
        leave_init(gate);
        if (connection_serve(fd))
            wait_and_serve(gate, -1);
        _exit(0);
    }
    if (pid < 0 && !porter_hand(&gate->porter, fd))
        refuse(fd);
    return pid > 0;
}

static bool admit_all(struct gate *gate)
{
    for (int i = 0; i < ADMISSIONS_PER_TURN; i++) {
        int fd = accept4(gate->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
        bool admitted = admit(gate, fd);
        close(fd);
        if (!admitted)
            return false;
    }
    return true;
}

bool gate_serve(struct gate *gate)
{
    if (!porter_start(&gate->porter, gate->listener, gate->signals))
        return false;
    if (crew_waits(&gate->crew))
        return true;
    if (!admit_all(gate))
        return false;
    add_to_crew(gate);
    return true;
}

void gate_interest(const struct gate *gate, struct pollfd fds[2])
{
    crew_heard(&gate->crew);
    bool alone = !crew_waits(&gate->crew);
    fds[0] = (struct pollfd){ .fd = gate->crew.emptied, .events = POLLIN };
    fds[1] = (struct pollfd){ .fd = alone ? gate->listener : -1, .events = POLLIN };
}

void gate_note_end(struct gate *gate, pid_t pid)
{
    porter_note_end(&gate->porter, pid);
    crew_note_end(&gate->crew, pid);
}

void gate_close(struct gate *gate, const char *path)
{
    porter_end(&gate->porter);
    unlink(path);
    shutdown(gate->listener, SHUT_RDWR); /* those that are left have it, too */
    close_fd(&gate->listener);
}
