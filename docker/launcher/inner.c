#include "request.h"
#include "sandbox.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_FILES 1024
#define CANNOT_RUN 126
#define NOT_FOUND 127

struct command {
    struct limits limits;
    char *argv[ENTRIES_MAX + 2];
    char *env[ENTRIES_MAX + 2];
};

static _Noreturn void refuse(const char *what)
{
    complain(errno, "%s", what);
    _exit(71);
}

static void give_up_privileges(uid_t uid)
{
    if (uid != 0) {
        for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
            if (prctl(PR_CAPBSET_DROP, capability) != 0)
                refuse("cannot drop a capability");
        if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0)
            refuse("cannot become the sandbox's user");
    }
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    if (syscall(SYS_capset, &header, none) != 0 || getuid() == 0)
        refuse("cannot give up the capabilities");
    /* Becoming another user cleared the first, and the second keeps the command, which is the same user, out of us. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        refuse("cannot protect the first process");
}

/* The request's bytes, private to us. */
static struct frames request_open(void)
{
    struct stat about;
    if (fstat(FD_REQUEST, &about) != 0)
        refuse("cannot see the request");
    void *data = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, FD_REQUEST, 0);
    if (data == MAP_FAILED)
        refuse("cannot read the request");
    close(FD_REQUEST);
    return (struct frames){data, (size_t)about.st_size, 0};
}

static char *string_of(const struct frame *frame)
{
    char *text = malloc(frame->length + 1);
    if (text == NULL)
        refuse("no memory");
    memcpy(text, frame->payload, frame->length);
    text[frame->length] = '\0';
    return text;
}

/* Makes the directories of a path below the working directory. */
static bool make_parents(char *path)
{
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0755) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool put_file(const struct frame *frame)
{
    char path[1024];
    if (!path_valid(frame))
        return false;
    strcpy(path, (const char *)frame->payload);
    size_t head = strlen(path) + 1;
    int fd = make_parents(path) ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return false;
    bool done = write_all(fd, frame->payload + head, frame->length - head);
    close(fd);
    return done;
}

/* Places the files and collects the rest; false when a file could not be placed. */
static bool take_request(struct frames frames, struct command *command)
{
    size_t arguments = 0, variables = 0;
    struct frame frame;
    while (frames_next(&frames, &frame)) {
        if (frame.type == 'L' && !limits_parse(&frame, &command->limits))
            refuse("bad limits");
        if (frame.type == 'a' && arguments < ENTRIES_MAX)
            command->argv[arguments++] = string_of(&frame);
        if (frame.type == 'e' && variables < ENTRIES_MAX)
            command->env[variables++] = string_of(&frame);
        if (frame.type == 'f' && !put_file(&frame))
            return false;
    }
    return arguments > 0;
}

static void limit(int resource, rlim_t value)
{
    struct rlimit both = {value, value};
    setrlimit((__rlimit_resource_t)resource, &both);
}

static _Noreturn void run(const struct command *command)
{
    const struct limits *limits = &command->limits;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    umask(022);
    if (dup2(FD_STDIN, 0) < 0 || dup2(FD_STDOUT, 1) < 0 || dup2(FD_STDERR, 2) < 0)
        _exit(CANNOT_RUN);
    close_range(3, ~0U, 0);
    limit(RLIMIT_FSIZE, limits->file_bytes);
    limit(RLIMIT_NOFILE, OPEN_FILES);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 65536);
    /* Only a backstop: the limit is that of the whole tree, and is kept from outside. */
    limit(RLIMIT_CPU, limits->cpu_ms / 1000 + 2);
    environ = (char **)(void *)command->env;
    execvp(command->argv[0], command->argv);
    int error = errno;
    dprintf(2, "cannot run %s: %s\n", command->argv[0], strerror(error));
    _exit(error == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

static bool disk_is_full(void)
{
    struct statfs about;
    return statfs(WORK, &about) == 0 && (about.f_bavail * (uint64_t)about.f_bsize < DISK_FULL_BYTES || about.f_ffree == 0);
}

static _Noreturn void report(int status)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    struct inner_report report = {.status = status, .disk_full = disk_is_full(), .peak_rss = (uint64_t)usage.ru_maxrss * 1024};
    write_all(FD_CONTROL, &report, sizeof report);
    /* With the first process all others end. */
    _exit(0);
}

_Noreturn void inner_main(uid_t uid)
{
    static struct command command;
    char byte;
    give_up_privileges(uid);
    close(FD_PROGRAM);
    fcntl(FD_CONTROL, F_SETFD, FD_CLOEXEC);
    if (mkdir(WORK, 0755) != 0 || chdir(WORK) != 0)
        refuse("cannot make " WORK);
    if (!write_all(FD_CONTROL, &(char){READY}, 1) || read(FD_CONTROL, &byte, 1) != 1 || byte != GO)
        _exit(0);
    if (!take_request(request_open(), &command)) {
        dprintf(FD_STDERR, "the files do not fit into %s: %s\n", WORK, strerror(errno));
        report(CANNOT_RUN << 8);
    }
    pid_t child = fork();
    if (child == 0)
        run(&command);
    for (int fd = FD_STDIN; fd <= FD_STDERR; fd++)
        if (child > 0)
            close(fd);
    if (child < 0) {
        dprintf(FD_STDERR, "cannot start a process: %s\n", strerror(errno));
        report(CANNOT_RUN << 8);
    }
    for (;;) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended == child)
            report(status);
        if (ended < 0 && errno != EINTR)
            _exit(71);
    }
}
