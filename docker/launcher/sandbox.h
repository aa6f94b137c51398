#ifndef LAUNCHER_SANDBOX_H
#define LAUNCHER_SANDBOX_H

#include "cgroup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What all sandboxes of one launcher have in common; from the command line. */
struct plan {
    const char *socket;
    const char *bwrap;
    const char *root; /* directory that becomes the read-only root, or NULL for the host's own programs */
    const char *group; /* name of the control group below which sandboxes have theirs */
    uint64_t disk_bytes;
    unsigned spare, most;
    uid_t first_uid;
};

/* Descriptors by which the two sides of a sandbox hold each other; numbers are those of the inner side. */
enum { FD_CONTROL = 10, FD_REQUEST, FD_STDIN, FD_STDOUT, FD_STDERR, FD_INFO, FD_SECCOMP, FD_PROGRAM, FD_LAST = FD_PROGRAM };

/* One prepared sandbox, seen from outside. */
struct sandbox {
    struct cgroup group;
    int control; /* stream socket to its first process */
    int request; /* memory file that the request is put in */
    int in, out, err;
    pid_t monitor; /* bubblewrap's own process, a child of ours */
    int first; /* process descriptor of the sandbox's first process; all others die with it */
};

/* What the first process writes to the control socket when the command has ended. */
struct inner_report {
    int32_t status; /* as of waitpid */
    uint32_t disk_full;
    uint64_t peak_rss;
};

#define GO 'G'
#define READY 'R'
#define WORK "/tmp/work"
/* Less room than this left in the end is no room. */
#define DISK_FULL_BYTES 65536

/* Starts one and waits until its first process is ready; false, with a complaint, when that does not work. */
bool sandbox_prepare(const struct plan *plan, const struct cgroups *groups, unsigned slot, struct sandbox *sandbox);
/* Ends every process of it. */
void sandbox_kill(const struct sandbox *sandbox);
/* Waits for its end and removes what is left of it; to be called after its end was asked for or seen. */
void sandbox_discard(struct sandbox *sandbox);

/* The first process inside: argument is the user to become, 0 to stay. Does not return. */
_Noreturn void inner_main(uid_t uid);

#endif
