#include "forwarder.h"
#include "modes.h"
#include "privileges.h"
#include "title.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int listen_on(struct sockaddr_in address, uint16_t port)
{
    int on = 1;
    address.sin_port = htons(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 128) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Listens on every address but the loopback ones; false, with errno, when one cannot be had or there is none. */
static bool open_listeners(struct forwarder *forwarder)
{
    struct ifaddrs *interfaces;
    if (getifaddrs(&interfaces) != 0)
        return false;
    bool opened = true;
    for (struct ifaddrs *i = interfaces; opened && i != NULL; i = i->ifa_next) {
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET || (i->ifa_flags & IFF_LOOPBACK) != 0
            || forwarder->listening == FORWARDER_LISTENERS)
            continue;
        struct sockaddr_in address;
        memcpy(&address, i->ifa_addr, sizeof address);
        int fd = listen_on(address, forwarder->port);
        opened = fd >= 0;
        if (opened)
            forwarder->listeners[forwarder->listening++] = fd;
    }
    int error = errno;
    freeifaddrs(interfaces);
    errno = opened ? EADDRNOTAVAIL : error;
    return opened && forwarder->listening > 0;
}

/* Never returns: the daemon, already listening, tells the waiting parent when it is set up, and closes `ready`. */
_Noreturn static void run_daemon(struct forwarder *forwarder, int ready)
{
    char port[8];
    snprintf(port, sizeof port, "%u", forwarder->port);
    title_set("forward", port);
    setsid();
    detach_stdio();
    signal(SIGPIPE, SIG_IGN);
    write_all(ready, "", 1);
    close(ready);
    forwarder_serve(forwarder);
    _exit(0);
}

static bool drop(uid_t uid, gid_t gid)
{
    if (geteuid() == 0 && !privileges_drop(uid, gid))
        return false;
    /* It shares the command's user, who gains nothing by taking it over but need not find it easy. */
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool start_daemon(struct forwarder *forwarder)
{
    int ready[2];
    char byte;
    if (pipe2(ready, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        close(ready[0]);
        run_daemon(forwarder, ready[1]);
    }
    close(ready[1]);
    /* The end after the byte says that the daemon holds nothing of this process any more; an end alone, that it died. */
    bool started = pid > 0 && read(ready[0], &byte, 1) == 1 && read(ready[0], &byte, 1) == 0;
    close(ready[0]);
    return started;
}

int run_forward(int argc, char **argv)
{
    static struct forwarder forwarder;
    uint64_t port, uid, gid;
    if ((argc != 2 && argc != 3) || !parse_decimal(argv[0], strlen(argv[0]), 65535, &port) || port == 0
        || !parse_decimal(argv[1], strlen(argv[1]), UINT32_MAX - 1, &uid) || uid == 0
        || !parse_decimal(argv[argc - 1], strlen(argv[argc - 1]), UINT32_MAX - 1, &gid)) {
        fputs("usage: agent forward PORT UID [GID]\n", stderr);
        return 64;
    }
    syscall(SYS_close_range, 3, ~0U, 0);
    forwarder.port = (uint16_t)port;
    if (!open_listeners(&forwarder)) {
        fprintf(stderr, "cannot listen on port %u: %s\n", forwarder.port, strerror(errno));
        return 69;
    }
    if (!drop((uid_t)uid, (gid_t)gid) || !start_daemon(&forwarder)) {
        fprintf(stderr, "cannot start: %s\n", strerror(errno));
        return 71;
    }
    puts("ok");
    return 0;
}
