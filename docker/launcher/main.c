/*
 * Runs single commands in sandboxes made by bubblewrap. docs/oneshot.md describes it.
 *
 *   launcher serve SOCKET key=value...   serves until its standard input ends
 *   launcher inner UID                   the first process of a sandbox
 */
#include "keeper.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS_MAX 128
#define BACKLOG 1024
/* After a sandbox broke while it waited, so that a machine without room is not kept busy with trying. */
#define PAUSE_MS 200

struct slot {
    pid_t keeper; /* 0: free */
    bool waiting; /* has not taken a connection yet */
};

struct launcher {
    struct plan plan;
    struct cgroups groups;
    struct slot slots[SLOTS_MAX];
    int listener, children, taken[2];
    int64_t not_before;
};

static bool take_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    return parse_decimal(text, max, value) && *value >= min;
}

static bool take_option(struct plan *plan, const char *option)
{
    const char *value = strchr(option, '=');
    uint64_t number = 0;
    if (value++ == NULL)
        return false;
    size_t name = (size_t)(value - option);
    bool known = true;
    if (strncmp(option, "bwrap=", name) == 0)
        plan->bwrap = value;
    else if (strncmp(option, "root=", name) == 0)
        plan->root = value;
    else if (strncmp(option, "group=", name) == 0)
        plan->group = value;
    else if (strncmp(option, "disk=", name) == 0)
        known = take_number(value, 65536, (uint64_t)1 << 50, &plan->disk_bytes);
    else if (strncmp(option, "spare=", name) == 0)
        known = take_number(value, 1, SLOTS_MAX, &number), plan->spare = (unsigned)number;
    else if (strncmp(option, "most=", name) == 0)
        known = take_number(value, 1, SLOTS_MAX, &number), plan->most = (unsigned)number;
    else if (strncmp(option, "uid=", name) == 0)
        known = take_number(value, 1, 4000000000u, &number), plan->first_uid = (uid_t)number;
    else
        known = false;
    return known;
}

static bool take_options(struct plan *plan, int count, char **options)
{
    *plan = (struct plan){.socket = options[0]};
    for (int i = 1; i < count; i++)
        if (!take_option(plan, options[i])) {
            complain(0, "cannot use %s", options[i]);
            return false;
        }
    return plan->bwrap != NULL && plan->group != NULL && plan->disk_bytes > 0 && plan->spare > 0 && plan->most >= plan->spare
        && plan->first_uid > 0;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    umask(0177);
    bool done = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0;
    umask(022);
    return done ? fd : -1;
}

/* Groups of an earlier launcher of the same name that was killed. */
static void sweep(const struct launcher *l)
{
    for (unsigned slot = 0; slot < SLOTS_MAX; slot++)
        cgroup_clear(&l->groups, slot);
}

static bool open_all(struct launcher *l)
{
    static char mounts[1 << 18];
    sigset_t child, held;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    /* It ends with its server and cleans up then, whoever else is told to end. */
    held = child;
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, NULL);
    signal(SIGPIPE, SIG_IGN);
    l->children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (read_file("/proc/self/mounts", mounts, sizeof mounts) <= 0 || !cgroups_open(&l->groups, mounts, l->plan.group))
        return false;
    sweep(l);
    l->listener = listen_at(l->plan.socket);
    if (l->listener < 0 || l->children < 0 || pipe2(l->taken, O_CLOEXEC | O_NONBLOCK) != 0) {
        complain(errno, "cannot listen at %s", l->plan.socket);
        return false;
    }
    return true;
}

/* Keeps so many sandboxes waiting, as long as there are slots. */
static void refill(struct launcher *l)
{
    unsigned waiting = 0;
    for (unsigned i = 0; i < l->plan.most; i++)
        waiting += l->slots[i].keeper != 0 && l->slots[i].waiting;
    for (unsigned i = 0; i < l->plan.most && waiting < l->plan.spare; i++) {
        if (l->slots[i].keeper != 0)
            continue;
        pid_t pid = fork();
        if (pid == 0)
            keeper_main(&l->plan, &l->groups, i, l->listener, l->taken[1]);
        if (pid < 0) {
            l->not_before = now_ms() + PAUSE_MS;
            return;
        }
        l->slots[i] = (struct slot){pid, true};
        waiting++;
    }
}

static void note_taken(struct launcher *l)
{
    unsigned char numbers[SLOTS_MAX];
    ssize_t got = read(l->taken[0], numbers, sizeof numbers);
    for (ssize_t i = 0; i < got; i++)
        if (numbers[i] < SLOTS_MAX)
            l->slots[numbers[i]].waiting = false;
}

static void reap(struct launcher *l)
{
    struct signalfd_siginfo ignored;
    while (read(l->children, &ignored, sizeof ignored) > 0)
        ;
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        for (unsigned i = 0; i < l->plan.most; i++)
            if (l->slots[i].keeper == pid) {
                /* What it said before it ended must not be taken for its successor's. */
                note_taken(l);
                l->slots[i].keeper = 0;
                if (status != 0)
                    l->not_before = now_ms() + PAUSE_MS;
            }
}

/* The server's end, however it comes, closes our input. */
static void serve(struct launcher *l)
{
    for (;;) {
        int64_t wait = l->not_before - now_ms();
        if (wait <= 0)
            refill(l);
        struct pollfd pollers[] = {{.fd = 0, .events = POLLIN}, {.fd = l->children, .events = POLLIN}, {.fd = l->taken[0], .events = POLLIN}};
        poll(pollers, 3, wait <= 0 ? -1 : (int)wait);
        char byte;
        if (pollers[0].revents != 0 && read(0, &byte, 1) <= 0)
            return;
        if (pollers[2].revents != 0)
            note_taken(l);
        if (pollers[1].revents != 0)
            reap(l);
    }
}

static void close_all(struct launcher *l)
{
    char directory[256];
    snprintf(directory, sizeof directory, "%s", l->plan.socket);
    unlink(l->plan.socket);
    /* It was made for this socket alone; a server that was killed could not remove it. */
    rmdir(dirname(directory));
    for (unsigned i = 0; i < l->plan.most; i++)
        if (l->slots[i].keeper != 0)
            kill(l->slots[i].keeper, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    /* Their sandboxes died with them; what they had no time to remove is removed here. */
    sweep(l);
    cgroups_close(&l->groups);
}

int main(int argc, char **argv)
{
    static struct launcher launcher;
    if (argc == 3 && strcmp(argv[1], "inner") == 0)
        inner_main((uid_t)strtoul(argv[2], NULL, 10));
    if (argc < 4 || strcmp(argv[1], "serve") != 0 || !take_options(&launcher.plan, argc - 2, argv + 2)) {
        complain(0, "usage: launcher serve SOCKET bwrap=PATH group=NAME disk=BYTES spare=N most=N uid=N [root=PATH]");
        return 64;
    }
    if (!open_all(&launcher))
        return 71;
    if (!write_all(1, "ok\n", 3))
        return 71;
    serve(&launcher);
    close_all(&launcher);
    return 0;
}
