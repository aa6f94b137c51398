#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define CLONE_FLAGS 0
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define CLONE_FLAGS 0
#else
#error "the filter knows x86_64 and aarch64 only"
#endif

/* The second ABI of x86_64 has numbers of its own for the same calls; a list of numbers must refuse them all. */
#define X32_BIT 0x40000000u

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWTIME)

/* Calls that ordinary programs, compilers and language runtimes make. Some exist on one architecture only. */
static const int ALLOWED[] = {
    /* files */
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev, SYS_preadv2, SYS_pwritev2,
    SYS_openat, SYS_openat2, SYS_close, SYS_close_range, SYS_lseek, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs,
    SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64, SYS_getcwd, SYS_chdir, SYS_fchdir, SYS_mkdirat, SYS_unlinkat,
    SYS_renameat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat,
    SYS_utimensat, SYS_truncate, SYS_ftruncate, SYS_fallocate, SYS_fadvise64, SYS_sync, SYS_fsync, SYS_fdatasync, SYS_syncfs,
    SYS_sync_file_range, SYS_flock, SYS_fcntl, SYS_dup, SYS_dup3, SYS_pipe2, SYS_umask, SYS_sendfile, SYS_splice, SYS_tee,
    SYS_copy_file_range, SYS_readahead, SYS_memfd_create, SYS_getxattr, SYS_lgetxattr, SYS_fgetxattr, SYS_listxattr,
    SYS_llistxattr, SYS_flistxattr, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr,
    SYS_fremovexattr, SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch,
    /* waiting */
    SYS_ppoll, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_eventfd2, SYS_signalfd4,
    SYS_timerfd_create, SYS_timerfd_settime, SYS_timerfd_gettime, SYS_nanosleep, SYS_clock_nanosleep, SYS_futex,
    SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_membarrier, SYS_restart_syscall, SYS_io_setup, SYS_io_destroy,
    SYS_io_submit, SYS_io_cancel, SYS_io_getevents,
    /* memory */
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_mincore, SYS_msync, SYS_brk, SYS_mlock, SYS_mlock2,
    SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_get_mempolicy, SYS_pkey_alloc, SYS_pkey_free, SYS_pkey_mprotect,
    SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl, SYS_semget, SYS_semop, SYS_semtimedop, SYS_semctl, SYS_msgget, SYS_msgsnd,
    SYS_msgrcv, SYS_msgctl, SYS_mq_open, SYS_mq_unlink, SYS_mq_timedsend, SYS_mq_timedreceive, SYS_mq_notify, SYS_mq_getsetattr,
    /* processes; the first two are also restricted below */
    SYS_execve, SYS_execveat, SYS_exit, SYS_exit_group, SYS_wait4, SYS_waitid, SYS_kill, SYS_tkill, SYS_tgkill, SYS_getpid,
    SYS_getppid, SYS_gettid, SYS_getpgid, SYS_setpgid, SYS_getsid, SYS_setsid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_getresuid, SYS_getresgid, SYS_getgroups, SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
    SYS_setresgid, SYS_setgroups, SYS_setfsuid, SYS_setfsgid, SYS_capget, SYS_capset, SYS_prctl, SYS_set_tid_address,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigsuspend, SYS_rt_sigtimedwait,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_sigaltstack, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_getpriority,
    SYS_setpriority, SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_setaffinity, SYS_sched_getparam, SYS_sched_getscheduler,
    SYS_sched_setscheduler, SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_sched_rr_get_interval,
    SYS_sched_getattr, SYS_getrlimit, SYS_setrlimit, SYS_prlimit64, SYS_getrusage, SYS_times, SYS_getitimer, SYS_setitimer,
    SYS_timer_create, SYS_timer_settime, SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete, SYS_getcpu, SYS_ioprio_get,
    /* the machine */
    SYS_uname, SYS_sysinfo, SYS_gettimeofday, SYS_clock_gettime, SYS_clock_getres, SYS_getrandom,
    /* sockets; making them is restricted below */
    SYS_socketpair, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_connect, SYS_shutdown, SYS_getsockname, SYS_getpeername,
    SYS_getsockopt, SYS_setsockopt, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg,
#if defined(__x86_64__)
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_getdents, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_rename, SYS_link,
    SYS_symlink, SYS_mknod, SYS_chmod, SYS_chown, SYS_lchown, SYS_creat, SYS_utime, SYS_utimes, SYS_futimesat, SYS_dup2, SYS_pipe,
    SYS_poll, SYS_select, SYS_epoll_create, SYS_epoll_wait, SYS_eventfd, SYS_signalfd, SYS_inotify_init, SYS_fork, SYS_vfork,
    SYS_getpgrp, SYS_alarm, SYS_pause, SYS_time, SYS_arch_prctl,
#endif
};

/* Dangerous, or of no use here; told apart from the unknown ones because programs expect this answer. */
static const int REFUSED[] = {
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_ptrace, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_kcmp, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon,
    SYS_swapoff, SYS_acct, SYS_quotactl, SYS_syslog, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime,
    SYS_sethostname, SYS_setdomainname, SYS_vhangup, SYS_fanotify_init, SYS_mbind, SYS_set_mempolicy, SYS_migrate_pages,
    SYS_move_pages, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_ioprio_set, SYS_sched_setattr, SYS_vmsplice,
};

struct builder {
    struct sock_filter *program;
    size_t length;
};

static void add(struct builder *b, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
    if (b->length == FILTER_MAX)
        abort();
    b->program[b->length++] = (struct sock_filter){code, jt, jf, k};
}

static void load(struct builder *b, uint32_t offset)
{
    add(b, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void answer(struct builder *b, uint32_t action)
{
    add(b, BPF_RET | BPF_K, action, 0, 0);
}

/* The low half of an argument: none of those looked at uses more, and the kernel looks at no more. */
static uint32_t argument(int index)
{
    return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)index);
}

#define ERROR(number) (SECCOMP_RET_ERRNO | (uint32_t)(number))

/* When the call is `number`, answers `action`. */
static void when(struct builder *b, int number, uint32_t action)
{
    add(b, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
    answer(b, action);
}

/* `count` values of an argument are allowed, all others are not. */
static void only(struct builder *b, int number, int index, const uint32_t *values, uint8_t count, uint32_t otherwise)
{
    add(b, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, (uint8_t)(count + 3));
    load(b, argument(index));
    for (uint8_t i = 0; i < count; i++)
        add(b, BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(count - i), 0);
    answer(b, otherwise);
    answer(b, SECCOMP_RET_ALLOW);
}

/* Netlink tells a program its interfaces; it is the other protocols of that family that reach far into the kernel. */
static void sockets(struct builder *b)
{
    const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6};
    const uint32_t protocols[] = {NETLINK_ROUTE};
    add(b, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 9);
    load(b, argument(0));
    add(b, BPF_JMP | BPF_JEQ | BPF_K, families[0], 5, 0);
    add(b, BPF_JMP | BPF_JEQ | BPF_K, families[1], 4, 0);
    add(b, BPF_JMP | BPF_JEQ | BPF_K, families[2], 3, 0);
    add(b, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3);
    load(b, argument(2));
    add(b, BPF_JMP | BPF_JEQ | BPF_K, protocols[0], 0, 1);
    answer(b, SECCOMP_RET_ALLOW);
    answer(b, ERROR(EAFNOSUPPORT));
}

/* Each rule answers, or leaves the call's number loaded for the next. */
static void restricted(struct builder *b)
{
    /* Its flags lie behind a pointer; without it libraries use the call whose flags can be seen. */
    when(b, SYS_clone3, ERROR(ENOSYS));
    add(b, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    load(b, argument(CLONE_FLAGS));
    add(b, BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1);
    answer(b, ERROR(EPERM));
    answer(b, SECCOMP_RET_ALLOW);
    sockets(b);
    /* 0: the default; 0x40000: fixed addresses, as some language runtimes want; all ones: only asks. */
    const uint32_t personalities[] = {0, 0x40000, 0xffffffffu};
    only(b, SYS_personality, 0, personalities, 3, ERROR(EPERM));
    /* Typing into a terminal that somebody else reads. */
    add(b, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5);
    load(b, argument(1));
    add(b, BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0);
    add(b, BPF_JMP | BPF_JEQ | BPF_K, 0x541c /* TIOCLINUX */, 0, 1);
    answer(b, ERROR(EPERM));
    answer(b, SECCOMP_RET_ALLOW);
}

size_t seccomp_filter(struct sock_filter program[FILTER_MAX])
{
    struct builder b = {program, 0};
    load(&b, offsetof(struct seccomp_data, arch));
    add(&b, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(&b, SECCOMP_RET_KILL_PROCESS);
    load(&b, offsetof(struct seccomp_data, nr));
    add(&b, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
    answer(&b, SECCOMP_RET_KILL_PROCESS);
    restricted(&b);
    for (size_t i = 0; i < sizeof ALLOWED / sizeof ALLOWED[0]; i++)
        when(&b, ALLOWED[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++)
        when(&b, REFUSED[i], ERROR(EPERM));
    answer(&b, ERROR(ENOSYS));
    return b.length;
}
