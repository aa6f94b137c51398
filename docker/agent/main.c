#include "modes.h"
#include "title.h"
#include "watch.h"

#include <stdio.h>
#include <string.h>

#define PROTOCOL_VERSION 2

int run_version(int argc, char **argv)
{
    (void)argc, (void)argv;
    printf("%d\n", PROTOCOL_VERSION);
    return 0;
}

static const struct mode {
    const char *name;
    int (*run)(int argc, char **argv);
} modes[] = {
    { "exec", run_exec },
    { "init", run_init },
    { "ps", run_ps },
    { "ports", run_ports },
    { "forward", run_forward },
    { "watch", run_watch },
    { "version", run_version },
};

int main(int argc, char **argv)
{
    title_open(argc, argv);
    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            return modes[i].run(argc - 2, argv + 2);
    fputs("usage: agent init [SOCKET] | exec ID | ps | ports | forward PORT UID [GID] | version\n", stderr);
    return 64;
}
