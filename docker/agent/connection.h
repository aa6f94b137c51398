#ifndef AGENT_CONNECTION_H
#define AGENT_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Serves one connection of the server, whose first frame decides what it is: a session, an attachment to one, or a
 * question. Runs in a process of its own, which ends unless this gives true: then nothing is left of a session, and it
 * may serve another connection.
 */
bool connection_serve(int fd);

/*
 * Makes a copy of init an independent process of the agent. A SIGTERM that came since it was made is still pending, and
 * is lost where `on_stop` ignores it.
 */
void connection_prepare_process(void (*on_stop)(int));
/* A stop of the sandbox ends this process at once from now on, even one that came while a session was served. */
void connection_may_stop(void);
/* The type of the first frame, which stays to be read; 0 when none comes in time. */
char connection_first_type(int fd, int64_t patience_ms);

#endif
