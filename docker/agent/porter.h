#ifndef AGENT_PORTER_H
#define AGENT_PORTER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * A process that is there from the beginning, for connections that come when the sandbox is so full that no process
 * can be made for them: it attaches them to the sessions that they ask for, so that the server can still end what
 * fills the sandbox, and tells all others why they cannot be served.
 */
struct porter {
    pid_t pid; /* 0: none */
    int fd;
};

/* Starts the porter if there is none; false when that is not possible now. Init's other descriptors are given. */
bool porter_start(struct porter *porter, int listener, int signals);
/* Hands it a connection; false when it cannot take one. */
bool porter_hand(struct porter *porter, int connection);
/* A child of init has ended; notes it if it was the porter. */
void porter_note_end(struct porter *porter, pid_t pid);
void porter_end(struct porter *porter);

#endif
