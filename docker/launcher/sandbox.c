#include "sandbox.h"

#include "seccomp.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 20000
#define ARGUMENTS_MAX 160
#define SHARED_MEMORY "67108864"

/* Bubblewrap's command line as it grows. */
struct arguments {
    const char *list[ARGUMENTS_MAX];
    size_t count;
};

static void add(struct arguments *a, const char *argument)
{
    if (a->count + 1 >= ARGUMENTS_MAX)
        abort();
    a->list[a->count++] = argument;
}

#define ADD(a, ...) \
    do { \
        const char *const added[] = {__VA_ARGS__}; \
        for (size_t i_ = 0; i_ < sizeof added / sizeof added[0]; i_++) \
            add(a, added[i_]); \
    } while (0)

static char *text_of(uint64_t number)
{
    static char texts[4][24];
    static unsigned next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], "%llu", (unsigned long long)number);
    return text;
}

static void namespaces(struct arguments *a, uid_t uid)
{
    ADD(a, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup");
    ADD(a, "--hostname", "sandbox", "--new-session", "--die-with-parent", "--as-pid-1", "--clearenv");
    if (geteuid() == 0)
        /* For the first process alone, which becomes another user and gives them up before it takes a request. */
        ADD(a, "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP");
    else
        ADD(a, "--unshare-user", "--uid", text_of(uid), "--gid", text_of(uid));
}

/* The host's programs and the few of its settings that these need; nothing that names its users or secrets. */
static void host_root(struct arguments *a)
{
    static const char *const merged[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
    static char paths[6][16], targets[6][64];
    static const char *const settings[] = {"/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl/certs", "/etc/localtime", "/etc/mime.types"};
    ADD(a, "--perms", "0755", "--dir", "/etc", "--ro-bind", "/usr", "/usr");
    for (int i = 0; i < 6; i++) {
        snprintf(paths[i], sizeof paths[i], "/%s", merged[i]);
        ssize_t length = readlink(paths[i], targets[i], sizeof targets[i] - 1);
        if (length > 0)
            ADD(a, "--symlink", targets[i], paths[i]);
        else
            ADD(a, "--ro-bind-try", paths[i], paths[i]);
    }
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        ADD(a, "--ro-bind-try", settings[i], settings[i]);
}

static void file_system(struct arguments *a, const struct plan *plan)
{
    if (plan->root != NULL)
        ADD(a, "--ro-bind", plan->root, "/");
    else
        host_root(a);
    ADD(a, "--proc", "/proc", "--dev", "/dev");
    ADD(a, "--perms", "1777", "--size", SHARED_MEMORY, "--tmpfs", "/dev/shm", "--remount-ro", "/dev");
    ADD(a, "--perms", "1777", "--size", text_of(plan->disk_bytes), "--tmpfs", "/tmp");
    if (plan->root == NULL)
        ADD(a, "--remount-ro", "/");
}

/* Moves the inner side's ends to their numbers; they are above those numbers before, so that none is overwritten. */
static bool place(const int fds[FD_LAST + 1])
{
    int high[FD_LAST + 1];
    for (int i = FD_CONTROL; i <= FD_LAST; i++) {
        high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FD_LAST + 1);
        if (high[i] < 0)
            return false;
    }
    for (int i = FD_CONTROL; i <= FD_LAST; i++)
        if (dup2(high[i], i) < 0)
            return false;
    return true;
}

/* In the child: becomes bubblewrap. */
static _Noreturn void become_bwrap(const struct plan *plan, const struct cgroup *group, uid_t uid, const int fds[FD_LAST + 1])
{
    static char program[24], seccomp[4], info[4];
    struct arguments a = {.count = 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!cgroup_enter(group) || !place(fds)) {
        complain(errno, "cannot enter the control group");
        _exit(71);
    }
    snprintf(seccomp, sizeof seccomp, "%d", FD_SECCOMP);
    snprintf(program, sizeof program, "/proc/self/fd/%d", FD_PROGRAM);
    snprintf(info, sizeof info, "%d", FD_INFO);
    add(&a, plan->bwrap);
    namespaces(&a, uid);
    file_system(&a, plan);
    ADD(&a, "--seccomp", seccomp, "--info-fd", info, "--chdir", "/", "--");
    /* By its descriptor: a mount less, and nothing of it in the sandbox's file system. */
    ADD(&a, program, "inner", geteuid() == 0 ? text_of(uid) : "0");
    a.list[a.count] = NULL;
    /* When the whole machine runs out of memory, sandboxes go before the server. */
    write_file("/proc/self/oom_score_adj", "500");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    char *empty[] = {NULL};
    execve(plan->bwrap, (char *const *)(void *)a.list, empty);
    complain(errno, "cannot run %s", plan->bwrap);
    _exit(71);
}

/* The filter fits into a pipe, so nobody has to wait for its reader. */
static int filter_pipe(void)
{
    static struct sock_filter program[FILTER_MAX];
    static size_t length;
    if (length == 0)
        length = seccomp_filter(program);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    bool written = write_all(ends[1], program, length * sizeof program[0]);
    close(ends[1]);
    return written ? ends[0] : -1;
}

/* Bubblewrap's answer on which process is the first; 0 when there is none. */
static pid_t first_process(int info)
{
    char text[512];
    size_t filled = 0;
    int64_t deadline = now_ms() + READY_MS;
    for (;;) {
        struct pollfd poller = {.fd = info, .events = POLLIN};
        int64_t left = deadline - now_ms();
        if (left <= 0 || filled == sizeof text - 1 || poll(&poller, 1, (int)left) <= 0)
            return 0;
        ssize_t got = read(info, text + filled, sizeof text - 1 - filled);
        if (got <= 0)
            break;
        filled += (size_t)got;
    }
    text[filled] = '\0';
    const char *found = strstr(text, "\"child-pid\":");
    return found == NULL ? 0 : (pid_t)strtol(found + 12, NULL, 10);
}

static bool await_ready(int control)
{
    struct pollfd poller = {.fd = control, .events = POLLIN};
    char byte;
    return poll(&poller, 1, READY_MS) == 1 && read(control, &byte, 1) == 1 && byte == READY;
}

static bool connect_sides(struct sandbox *s, int inner[FD_LAST + 1], int *info)
{
    int control[2], in[2], out[2], err[2], about[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0 || pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0
        || pipe2(err, O_CLOEXEC) != 0 || pipe2(about, O_CLOEXEC) != 0)
        return false;
    s->control = control[0];
    s->in = in[1];
    s->out = out[0];
    s->err = err[0];
    s->request = memfd_create("request", MFD_CLOEXEC);
    *info = about[0];
    inner[FD_CONTROL] = control[1];
    inner[FD_REQUEST] = s->request;
    inner[FD_STDIN] = in[0];
    inner[FD_STDOUT] = out[1];
    inner[FD_STDERR] = err[1];
    inner[FD_INFO] = about[1];
    inner[FD_SECCOMP] = filter_pipe();
    inner[FD_PROGRAM] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    return s->request >= 0 && inner[FD_SECCOMP] >= 0 && inner[FD_PROGRAM] >= 0;
}

bool sandbox_prepare(const struct plan *plan, const struct cgroups *groups, unsigned slot, struct sandbox *s)
{
    int inner[FD_LAST + 1], info;
    s->first = -1;
    s->monitor = 0;
    if (!cgroup_make(groups, slot, &s->group))
        return false;
    if (!connect_sides(s, inner, &info)) {
        complain(errno, "cannot make pipes");
        return false;
    }
    s->monitor = fork();
    if (s->monitor == 0)
        become_bwrap(plan, &s->group, plan->first_uid + slot, inner);
    for (int i = FD_CONTROL; i <= FD_LAST; i++)
        if (i != FD_REQUEST)
            close(inner[i]);
    pid_t first = s->monitor < 0 ? 0 : first_process(info);
    close(info);
    /* It has answered and lives until we let it go, so the number is its own. */
    if (first > 0 && await_ready(s->control))
        s->first = (int)syscall(SYS_pidfd_open, first, 0);
    if (s->first >= 0)
        return set_nonblocking(s->in) && set_nonblocking(s->out) && set_nonblocking(s->err);
    complain(0, "bubblewrap could not make a sandbox");
    return false;
}

void sandbox_kill(const struct sandbox *s)
{
    /* All others die with the first. */
    if (s->first >= 0)
        syscall(SYS_pidfd_send_signal, s->first, SIGKILL, NULL, 0);
}

void sandbox_discard(struct sandbox *s)
{
    sandbox_kill(s);
    if (s->monitor > 0) {
        kill(s->monitor, SIGKILL);
        waitpid(s->monitor, NULL, 0);
    }
    if (!cgroup_remove(&s->group))
        complain(errno, "processes of %s do not end", s->group.path[0]);
}
