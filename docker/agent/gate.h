#ifndef AGENT_GATE_H
#define AGENT_GATE_H

#include "porter.h"

#include <stdbool.h>

/* The socket on which init waits for the server. */

/* Listens at this path, where a socket appears only when it accepts; the descriptor, or -1 with errno. */
int gate_open(const char *path);

/*
 * Takes the connections that are waiting and gives each to a process of its own. False when there was no room for one,
 * so that it pays to wait a little.
 */
bool gate_admit(int listener, int signals, struct porter *porter);

/* Stops listening. */
void gate_close(int *listener, const char *path);

#endif
