#include "gate.h"

#include "connection.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024
/* So that reaping and a stop get their turn. */
#define ADMISSIONS_PER_TURN 64

int gate_open(const char *path)
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

static bool admit(int fd, int listener, int signals, struct porter *porter)
{
    if (!comes_from_outside(fd))
        return true;
    pid_t pid = fork();
    if (pid == 0) {
        close(listener);
        close(signals);
        if (porter->pid > 0)
            close(porter->fd);
        connection_serve(fd);
    }
    if (pid < 0 && !porter_hand(porter, fd))
        refuse(fd);
    return pid > 0;
}

bool gate_admit(int listener, int signals, struct porter *porter)
{
    for (int i = 0; i < ADMISSIONS_PER_TURN; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
        bool admitted = admit(fd, listener, signals, porter);
        close(fd);
        if (!admitted)
            return false;
    }
    return true;
}

void gate_close(int *listener, const char *path)
{
    if (*listener < 0)
        return;
    unlink(path);
    close_fd(listener);
}
