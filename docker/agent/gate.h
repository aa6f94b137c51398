#ifndef AGENT_GATE_H
#define AGENT_GATE_H

#include "crew.h"
#include "porter.h"

#include <poll.h>
#include <stdbool.h>

/* The socket on which the server is waited for, and who does that. */
struct gate {
    int listener;
    int signals; /* init's, which no other process is to have */
    struct porter porter;
    struct crew crew;
};

/* Listens at this path, where a socket appears only when it accepts; false with errno. */
bool gate_open(struct gate *gate, const char *path, int signals);

/*
 * Sees to it that somebody waits for connections; takes those that are there already and gives each to a process of its
 * own. False when there was no room for a process, so that it pays to wait a little.
 */
bool gate_serve(struct gate *gate);
/* What to wait for until it is to be called again. */
void gate_interest(const struct gate *gate, struct pollfd fds[2]);
/* A child of init has ended. */
void gate_note_end(struct gate *gate, pid_t pid);

/* Stops listening. */
void gate_close(struct gate *gate, const char *path);

#endif
