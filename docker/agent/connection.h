#ifndef AGENT_CONNECTION_H
#define AGENT_CONNECTION_H

/*
 * Serves one connection of the server, whose first frame decides what it is: a session, an attachment to one, or a
 * question. Runs in a process of its own, which ends with it.
 */
_Noreturn void connection_serve(int fd);

#endif
