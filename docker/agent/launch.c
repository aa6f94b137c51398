#include "launch.h"

#include "privileges.h"
#include "terminal.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIPE_SIZE (256 * 1024)
/*
 * Shell lines are most of what is run. Images may have the same shell once more, linked statically: the system has half
 * the work to start it.
 */
#define SHELL "/bin/sh"
#define STATIC_SHELL "/usr/local/libexec/bharatbuild/sh"
#define STATUS_FD 3
#define CPU_SLACK_S 2
#define OOM_SCORE "500"
/* Inside the sandbox only: what it gets beside others is its control group's affair. */
#define NICENESS 19

enum stage { STAGE_SETUP, STAGE_IDENTITY, STAGE_DIRECTORY, STAGE_COMMAND };

struct failure {
    int stage;
    int error;
};

/* Index 0 is read from, 1 is written to. */
struct pipes {
    int input[2], output[2], error[2], status[2];
    int terminal, directory;
};

static void close_pipes(struct pipes *pipes)
{
    int *all = (int *)pipes;
    for (size_t i = 0; i < sizeof *pipes / sizeof *all; i++)
        close_fd(&all[i]);
}

static int copy(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static bool open_terminal(const struct request *request, struct pipes *pipes)
{
    if (!terminal_open(&request->size, &pipes->output[0], &pipes->terminal))
        return false;
    pipes->input[1] = copy(pipes->output[0]);
    pipes->input[0] = copy(pipes->terminal);
    pipes->output[1] = copy(pipes->terminal);
    pipes->error[1] = copy(pipes->terminal);
    return pipes->input[1] >= 0 && pipes->input[0] >= 0 && pipes->output[1] >= 0 && pipes->error[1] >= 0;
}

static bool open_pipes(const struct request *request, struct pipes *pipes)
{
    pipes->directory = open(request->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (pipe2(pipes->status, O_CLOEXEC) != 0)
        return false;
    if (request->terminal)
        return open_terminal(request, pipes);
    if (pipe2(pipes->output, O_CLOEXEC) != 0 || pipe2(pipes->error, O_CLOEXEC) != 0)
        return false;
    fcntl(pipes->output[1], F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(pipes->error[1], F_SETPIPE_SZ, PIPE_SIZE);
    if (request->stdin_open)
        return pipe2(pipes->input, O_CLOEXEC) == 0;
    pipes->input[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return pipes->input[0] >= 0;
}

/*
 * A pipe belongs to the user who makes it, and only its owner can open /dev/stdout and /dev/stderr. The file-system
 * user is enough for that and, unlike the effective one, does not make us open to the command's signals.
 */
static bool open_pipes_as(const struct request *request, struct pipes *pipes)
{
    *pipes = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 }, -1, -1 };
    bool privileged = geteuid() == 0;
    if (privileged) {
        setfsgid(request->gid);
        setfsuid(request->uid);
    }
    bool opened = open_pipes(request, pipes);
    int error = errno;
    if (privileged) {
        setfsuid(0);
        setfsgid(getegid());
    }
    errno = error;
    return opened;
}

static void fail(enum stage stage)
{
    struct failure failure = { .stage = stage, .error = errno };
    (void)!write(STATUS_FD, &failure, sizeof failure);
    _exit(127);
}

static void prefer_for_oom_kill(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, OOM_SCORE, sizeof OOM_SCORE - 1);
        close(fd);
    }
}

/* Asks the kernel itself, as the C library refuses to touch the two signals that it keeps for its threads. */
static void reset_signal(int number)
{
    static const char by_default[64]; /* the kernel's sigaction: SIG_DFL, no flags, empty mask */
    syscall(SYS_rt_sigaction, number, by_default, NULL, 8);
}

static void reset_all_signals(void)
{
    for (int number = 1; number <= 64; number++)
        reset_signal(number);
}

static bool prepared;

void launch_prepare(void)
{
    reset_all_signals();
    privileges_drop_bounding_set();
    prepared = true;
}

static void reset_signals(void)
{
    static const int ours[] = { AGENT_IGNORED_SIGNALS, SIGTERM, SIGCHLD };
    if (!prepared)
        reset_all_signals();
    for (size_t i = 0; prepared && i < sizeof ours / sizeof ours[0]; i++)
        reset_signal(ours[i]);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Above the first ten, so that taking places 0 to 3 overwrites none that is still needed. */
static int raise_fd(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

static void place_descriptors(const struct pipes *pipes)
{
    int status = raise_fd(pipes->status[1]);
    int input = raise_fd(pipes->input[0]);
    int output = raise_fd(pipes->output[1]);
    int error = raise_fd(pipes->error[1]);
    if (status < 0 || dup3(status, STATUS_FD, O_CLOEXEC) < 0)
        _exit(127);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0)
        fail(STAGE_SETUP);
    if (syscall(SYS_close_range, STATUS_FD + 1, ~0U, 0) != 0)
        for (int fd = STATUS_FD + 1; fd < 1024; fd++)
            close(fd);
}

static void limit_resources(const struct request *request)
{
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    if (request->cpu_ms == 0)
        return;
    /* Only in case the keeper does not come to look: it counts the whole tree, and this each process by itself. */
    rlim_t seconds = request->cpu_ms / 1000 + CPU_SLACK_S;
    struct rlimit cpu = { seconds, seconds + 1 };
    setrlimit(RLIMIT_CPU, &cpu);
}

/* A static program cannot be told to load a library. */
static bool names_libraries(char *const *envp)
{
    for (; *envp != NULL; envp++)
        if (strncmp(*envp, "LD_", 3) == 0)
            return true;
    return false;
}

static void execute(const struct request *request)
{
    if (strcmp(request->argv[0], SHELL) == 0 && !names_libraries(request->envp))
        execve(STATIC_SHELL, request->argv, request->envp);
    environ = request->envp; /* its PATH is the one to search */
    execvpe(request->argv[0], request->argv, request->envp);
}

_Noreturn static void run_child(const struct request *request, const struct pipes *pipes)
{
    setsid();
    place_descriptors(pipes);
    prefer_for_oom_kill();
    if (request->terminal && ioctl(0, TIOCSCTTY, 0) != 0)
        fail(STAGE_SETUP);
    limit_resources(request);
    setpriority(PRIO_PROCESS, 0, NICENESS); /* so that a fork bomb cannot keep the agent from ending it */
    umask(022);
    if (geteuid() == 0 && !privileges_drop(request->uid, request->gid))
        fail(STAGE_IDENTITY);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail(STAGE_IDENTITY);
    if (chdir(request->cwd) != 0)
        fail(STAGE_DIRECTORY);
    reset_signals();
    execute(request);
    fail(STAGE_COMMAND);
    _exit(127);
}

const char *launch(const struct request *request, struct launched *launched)
{
    struct pipes pipes;
    if (!open_pipes_as(request, &pipes)) {
        close_pipes(&pipes);
        return request->terminal ? "cannot make a terminal" : "cannot make pipes";
    }
    pid_t pid = fork();
    if (pid == 0)
        run_child(request, &pipes);
    if (pid < 0) {
        close_pipes(&pipes);
        return "cannot fork: too many processes or too little memory";
    }
    *launched = (struct launched){ .pid = pid, .input = pipes.input[1], .output = pipes.output[0],
        .error = pipes.error[0], .terminal = pipes.terminal, .directory = pipes.directory, .status = pipes.status[0] };
    pipes.input[1] = pipes.output[0] = pipes.error[0] = pipes.terminal = pipes.directory = pipes.status[0] = -1;
    close_pipes(&pipes);
    set_nonblocking(launched->output);
    if (launched->error >= 0)
        set_nonblocking(launched->error);
    if (launched->input >= 0)
        set_nonblocking(launched->input);
    return NULL;
}

bool launch_succeeded(const struct request *request, int status, char *text, size_t size)
{
    struct failure failure;
    ssize_t n;
    do
        n = read(status, &failure, sizeof failure);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof failure)
        return true;
    const char *reason = strerror(failure.error);
    if (failure.stage == STAGE_DIRECTORY)
        snprintf(text, size, "cannot enter %.1000s: %s", request->cwd, reason);
    else if (failure.stage == STAGE_COMMAND)
        snprintf(text, size, "cannot run %.1000s: %s", request->argv[0], reason);
    else
        snprintf(text, size, "cannot prepare the command: %s", reason);
    return false;
}
