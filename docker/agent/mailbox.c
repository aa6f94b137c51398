#include "mailbox.h"

#include "util.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define DESCRIPTORS 2

static char directory[sizeof ((struct sockaddr_un *)0)->sun_path];

void mailbox_place(const char *socket_path)
{
    const char *slash = strrchr(socket_path, '/');
    int length = slash == NULL ? 1 : (int)(slash - socket_path);
    snprintf(directory, sizeof directory, "%.*s", length, slash == NULL ? "." : socket_path);
}

const char *mailbox_directory(void)
{
    return directory[0] == '\0' ? NULL : directory;
}

static bool address_of(const char *id, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int length = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", directory, id);
    return length > 0 && (size_t)length < sizeof address->sun_path;
}

static int open_socket(int flags)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0);
}

/* Whether the socket is what a keeper left that was killed. */
static bool abandoned(const struct sockaddr_un *address)
{
    int fd = open_socket(0);
    bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0
        && errno == ECONNREFUSED;
    close_fd(&fd);
    return refused;
}

static bool bind_to(int fd, const struct sockaddr_un *address)
{
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) == 0)
        return true;
    if (errno != EADDRINUSE || !abandoned(address))
        return false;
    unlink(address->sun_path);
    return bind(fd, (const struct sockaddr *)address, sizeof *address) == 0;
}

const char *mailbox_open(struct mailbox *mailbox, const char *id)
{
    struct sockaddr_un address;
    int on = 1;
    if (!address_of(id, &address))
        return "the path of the session's socket is too long";
    mailbox->fd = open_socket(SOCK_NONBLOCK);
    if (mailbox->fd < 0)
        return "cannot make a socket";
    setsockopt(mailbox->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    if (!bind_to(mailbox->fd, &address)) {
        bool exists = errno == EADDRINUSE;
        close_fd(&mailbox->fd);
        return exists ? "a session of this name exists" : "cannot make the session's socket";
    }
    snprintf(mailbox->id, sizeof mailbox->id, "%s", id);
    return NULL;
}

void mailbox_close(struct mailbox *mailbox)
{
    struct sockaddr_un address;
    if (mailbox->fd >= 0 && address_of(mailbox->id, &address))
        unlink(address.sun_path);
    close_fd(&mailbox->fd);
}

/* What came along with a message. */
struct enclosure {
    int fds[DESCRIPTORS];
    size_t count;
    bool trusted; /* sent by this user; the directory lets nobody else in, but two locks are better than one */
};

static void open_enclosure(struct msghdr *message, struct enclosure *enclosure)
{
    *enclosure = (struct enclosure){ 0 };
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
            enclosure->count = (part->cmsg_len - CMSG_LEN(0)) / sizeof *enclosure->fds;
            memcpy(enclosure->fds, CMSG_DATA(part), enclosure->count * sizeof *enclosure->fds);
        } else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(part), sizeof sender);
            enclosure->trusted = sender.uid == geteuid();
        }
    }
}

static bool take(const char *text, size_t length, const struct enclosure *enclosure, struct mail *mail)
{
    *mail = (struct mail){ .answer = -1, .connection = -1 };
    bool asks = length == 1 && text[0] == '?' && enclosure->count == 1;
    mail->attaches = length > 1 && text[0] == 'a' && enclosure->count == 2
        && parse_decimal(text + 1, length - 1, INT64_MAX, &mail->frames);
    if (!enclosure->trusted || !(asks || mail->attaches))
        return false;
    mail->answer = enclosure->fds[0];
    mail->connection = mail->attaches ? enclosure->fds[1] : -1;
    return true;
}

bool mailbox_receive(struct mailbox *mailbox, struct mail *mail)
{
    char text[32];
    union {
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    for (;;) {
        struct iovec data = { text, sizeof text };
        struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
            .msg_controllen = sizeof control.bytes };
        ssize_t n = recvmsg(mailbox->fd, &message, MSG_CMSG_CLOEXEC);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        struct enclosure enclosure;
        open_enclosure(&message, &enclosure);
        if (take(text, (size_t)n, &enclosure, mail))
            return true;
        for (size_t i = 0; i < enclosure.count; i++)
            close(enclosure.fds[i]);
    }
}

void mail_answer(struct mail *mail, const char *text)
{
    send(mail->answer, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
    close_fd(&mail->answer);
}

static bool post(const char *id, const char *text, const int *fds, size_t count)
{
    struct sockaddr_un address;
    union {
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct iovec data = { (char *)text, strlen(text) };
    struct msghdr message = { .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &data, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(count * sizeof *fds) };
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    *part = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
        .cmsg_len = CMSG_LEN(count * sizeof *fds) };
    memcpy(CMSG_DATA(part), fds, count * sizeof *fds);
    struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
    int fd = address_of(id, &address) ? open_socket(0) : -1;
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    bool sent = sendmsg(fd, &message, MSG_NOSIGNAL) >= 0;
    close(fd);
    return sent;
}

static enum mail_result await_answer(int fd, char *text, size_t size)
{
    struct pollfd answer = { .fd = fd, .events = POLLIN };
    int64_t deadline = now_ms() + PATIENCE_MS;
    int ready;
    do {
        int64_t left = deadline - now_ms();
        ready = poll(&answer, 1, left > 0 ? (int)left : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return MAIL_NO_ANSWER;
    ssize_t n = recv(fd, text, size - 1, MSG_DONTWAIT);
    if (n <= 0)
        return MAIL_NO_SESSION; /* it ended with the message unread */
    text[n] = '\0';
    return MAIL_ANSWERED;
}

enum mail_result mail_send(const char *id, int connection, uint64_t frames, char *text, size_t size)
{
    int pair[2];
    char message[32] = "?";
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return MAIL_NO_ANSWER;
    if (connection >= 0)
        snprintf(message, sizeof message, "a%llu", (unsigned long long)frames);
    int fds[DESCRIPTORS] = { pair[1], connection };
    errno = 0;
    bool sent = post(id, message, fds, connection >= 0 ? 2 : 1);
    bool absent = errno == ENOENT || errno == ECONNREFUSED;
    close(pair[1]);
    enum mail_result result = absent ? MAIL_NO_SESSION : MAIL_NO_ANSWER;
    if (sent)
        result = await_answer(pair[0], text, size);
    close(pair[0]);
    return result;
}
