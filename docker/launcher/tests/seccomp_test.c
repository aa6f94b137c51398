/* The filter in force, beside the same calls without it, so that a call refused for another reason does not count. */
#include "seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sock_filter program[FILTER_MAX];
static size_t length;
static int checks;

/* A call, what it must answer with the filter, and whether it answers something else without. */
struct attempt {
    const char *name;
    long (*call)(void);
    int expected;
};

static long unshare_user(void) { return syscall(SYS_unshare, CLONE_NEWUSER); }
static long clone_user(void) { return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0); }
static long clone_plain(void) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static long clone3_empty(void) { return syscall(SYS_clone3, NULL, 0); }
static long vsock(void) { return socket(40, SOCK_STREAM, 0); }
static long alg(void) { return socket(38, SOCK_SEQPACKET, 0); }
static long packet(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static long generic_netlink(void) { return socket(AF_NETLINK, SOCK_RAW, 16); }
static long route_netlink(void) { return socket(AF_NETLINK, SOCK_RAW, 0); }
static long inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long local(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long trace(void) { return syscall(SYS_ptrace, 0, 0, 0, 0); }
static long perf(void) { return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0); }
static long bpf(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long keys(void) { return syscall(SYS_keyctl, 0, -3, 0); }
static long ring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long personality_odd(void) { return syscall(SYS_personality, 0x20000); }
static long personality_ask(void) { return syscall(SYS_personality, 0xffffffff) < 0 ? -1 : 0; }
static long inject(void) { return ioctl(0, TIOCSTI, "x"); }
static long size(void)
{
    struct winsize window;
    return ioctl(-1, TIOCGWINSZ, &window);
}
static long mounts(void) { return syscall(SYS_open_tree, -100, "/", 0); }
static long unknown(void) { return syscall(1000000); }

static const struct attempt ATTEMPTS[] = {
    {"unshare", unshare_user, EPERM}, {"clone into a user namespace", clone_user, EPERM}, {"clone", clone_plain, 0},
    {"clone3", clone3_empty, ENOSYS}, {"AF_VSOCK", vsock, EAFNOSUPPORT}, {"AF_ALG", alg, EAFNOSUPPORT},
    {"AF_PACKET", packet, EAFNOSUPPORT}, {"generic netlink", generic_netlink, EAFNOSUPPORT},
    {"route netlink", route_netlink, 0}, {"AF_INET", inet, 0}, {"AF_UNIX", local, 0}, {"ptrace", trace, EPERM},
    {"perf_event_open", perf, EPERM}, {"bpf", bpf, EPERM}, {"keyctl", keys, EPERM}, {"io_uring", ring, EPERM},
    {"personality", personality_odd, EPERM}, {"asking for the personality", personality_ask, 0}, {"TIOCSTI", inject, EPERM},
    {"another ioctl", size, EBADF}, {"open_tree", mounts, ENOSYS}, {"an unknown call", unknown, ENOSYS},
};

/* In a child, as clone makes children of its own; gives the error number. */
static int in_child(const struct attempt *attempt, int filtered)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct sock_fprog filter = {(unsigned short)length, program};
        pid_t self = getpid();
        if (filtered && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0))
            _exit(250);
        long result = attempt->call();
        /* Children that were made end silently. */
        _exit((pid_t)syscall(SYS_getpid) != self ? 0 : result < 0 ? errno : 0);
    }
    int status;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void expect(const char *name, int found, int expected)
{
    checks++;
    if (found == expected)
        return;
    fprintf(stderr, "%s: %s instead of %s\n", name, strerror(found), strerror(expected));
    exit(1);
}

/* The calls of another ABI must not pass by their numbers. */
static void other_abi(void)
{
#if defined(__x86_64__)
    pid_t pid = fork();
    if (pid == 0) {
        struct sock_fprog filter = {(unsigned short)length, program};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
        syscall(SYS_getpid | 0x40000000);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    expect("the x32 ABI", WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGSYS);
#endif
}

int main(void)
{
    length = seccomp_filter(program);
    int different = 0;
    for (size_t i = 0; i < sizeof ATTEMPTS / sizeof ATTEMPTS[0]; i++) {
        const struct attempt *attempt = &ATTEMPTS[i];
        expect(attempt->name, in_child(attempt, 1), attempt->expected);
        if (attempt->expected == 0)
            continue;
        int without = in_child(attempt, 0);
        if (without != attempt->expected)
            different++;
        else
            printf("seccomp: %s answers the same without the filter here\n", attempt->name);
    }
    other_abi();
    /* A filter that did nothing would make no difference. */
    if (different < 10) {
        fprintf(stderr, "only %d calls answer differently without the filter\n", different);
        return 1;
    }
    printf("seccomp: %d checks passed, %d calls differ without the filter\n", checks, different);
    return 0;
}
