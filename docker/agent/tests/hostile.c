/* The misbehaving commands of the tests; ./hostile KIND [ARGUMENT]. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void ignore_termination(void)
{
    signal(SIGTERM, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
}

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0)
        exit(1);
}

/* Every process forks for ever. */
static void bomb(void)
{
    ignore_termination();
    say("started\n");
    for (;;)
        fork();
}

/* A chain: each process makes the next one, in a session of its own, and ends at once. */
static void run_away(void)
{
    ignore_termination();
    say("started\n");
    for (;;) {
        pid_t pid = fork();
        if (pid > 0)
            _exit(0);
        if (pid == 0)
            setsid();
    }
}

/* Leaves the session, the group and the parent behind, then waits. */
static void escape(void)
{
    ignore_termination();
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            setpgid(0, 0);
            say("escaped\n");
            for (;;)
                pause();
        }
        _exit(0);
    }
    for (;;)
        pause();
}

static void eat(size_t megabytes)
{
    size_t size = megabytes << 20;
    char *memory = malloc(size);
    if (memory == NULL)
        exit(3);
    for (size_t i = 0; i < size; i += 4096)
        ((volatile char *)memory)[i] = 1;
    say("eaten\n");
}

static void burn(long ms)
{
    struct timespec t;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms);
}

/* Looks like root's own to whoever asks for the owner of its /proc entry. */
static void hide(void)
{
    prctl(PR_SET_DUMPABLE, 0);
    say("hidden\n");
    pause();
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    long number = argc > 2 ? atol(argv[2]) : 0;
    if (strcmp(kind, "bomb") == 0)
        bomb();
    else if (strcmp(kind, "run-away") == 0)
        run_away();
    else if (strcmp(kind, "escape") == 0)
        escape();
    else if (strcmp(kind, "eat") == 0)
        eat((size_t)number);
    else if (strcmp(kind, "hold") == 0) {
        eat((size_t)number);
        pause();
    } else if (strcmp(kind, "burn") == 0)
        burn(number);
    else if (strcmp(kind, "exec") == 0)
        hide();
    else
        return 64;
    return 0;
}
