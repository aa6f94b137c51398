#include "porter.h"

#include "attach.h"
#include "connection.h"
#include "title.h"
#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Others wait meanwhile. */
#define FIRST_BYTE_MS 2000
#define HANGUP_MS 1000

/*
 * Reads what the server has sent until it hangs up: closing the socket before would tell it of a broken connection in
 * place of the reason.
 */
static void refuse(int fd)
{
    static const char text[] = "cannot fork: too many processes or too little memory";
    static char rest[65536];
    int64_t deadline = now_ms() + HANGUP_MS, left;
    write_frame(fd, 'E', text, sizeof text - 1);
    shutdown(fd, SHUT_WR);
    while ((left = deadline - now_ms()) > 0) {
        struct pollfd input = { .fd = fd, .events = POLLIN };
        if (poll(&input, 1, (int)left) > 0 && recv(fd, rest, sizeof rest, MSG_DONTWAIT) <= 0)
            return;
    }
}

static int receive(int fd)
{
    char byte;
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes };
    ssize_t n;
    do
        n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    struct cmsghdr *part = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    int connection = -1;
    if (part != NULL && part->cmsg_type == SCM_RIGHTS)
        memcpy(&connection, CMSG_DATA(part), sizeof connection);
    return connection;
}

_Noreturn static void run(int fd)
{
    int connection;
    connection_prepare_process(SIG_IGN);
    title_set("porter", "");
    while ((connection = receive(fd)) >= 0) {
        limit_patience(connection);
        if (connection_first_type(connection, FIRST_BYTE_MS) == 'a')
            attach_connection(connection);
        else
            refuse(connection);
        close(connection);
    }
    _exit(0);
}

bool porter_start(struct porter *porter, int listener, int signals)
{
    int pair[2];
    if (porter->pid > 0)
        return true;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        close(listener);
        close(signals);
        close(pair[0]);
        run(pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return false;
    }
    *porter = (struct porter){ .pid = pid, .fd = pair[0] };
    return true;
}

bool porter_hand(struct porter *porter, int connection)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    char byte = 0;
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes };
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    *part = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
        .cmsg_len = CMSG_LEN(sizeof connection) };
    memcpy(CMSG_DATA(part), &connection, sizeof connection);
    return porter->pid > 0 && sendmsg(porter->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

void porter_note_end(struct porter *porter, pid_t pid)
{
    if (pid != porter->pid)
        return;
    close(porter->fd);
    *porter = (struct porter){ .fd = -1 };
}

void porter_end(struct porter *porter)
{
    if (porter->pid > 0)
        kill(porter->pid, SIGKILL);
}
