#ifndef AGENT_ATTACH_H
#define AGENT_ATTACH_H

/* Reads from a blocking connection which session it is for, and hands it to that session's keeper. */
void attach_connection(int fd);

/* For blocking connections: how long the server may take to send or to take one thing. */
void limit_patience(int fd);

#endif
