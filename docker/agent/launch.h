#ifndef AGENT_LAUNCH_H
#define AGENT_LAUNCH_H

#include "request.h"

#include <stdbool.h>
#include <sys/types.h>

/* A command being started. The descriptors are ours, non-blocking, and -1 where there is none. */
struct launched {
    pid_t pid;
    int input, output, error;
    int terminal;  /* the command's end of its terminal, whose `output` and `input` are our end */
    int directory; /* where it was started, only to be asked about its file system */
    int status; /* tells why the command could not be started; ends without a word when it runs */
};

/*
 * Does once what else each command would have to: for processes that are forked from this one later. No program
 * executed by it or them has capabilities from then on.
 */
void launch_prepare(void);

/* Forks the command. Returns NULL, or why not even that was possible. */
const char *launch(const struct request *request, struct launched *launched);

/*
 * Reads the status descriptor after it became readable: true when the command runs, else false with the reason
 * in `text`.
 */
bool launch_succeeded(const struct request *request, int status, char *text, size_t size);

#endif
