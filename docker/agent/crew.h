#ifndef AGENT_CREW_H
#define AGENT_CREW_H

#include <stdbool.h>
#include <sys/types.h>

/* How many processes wait at most. */
#define CREW_SIZE 3

/*
 * The processes that wait for connections, so that none has to be made while the server waits: each takes a
 * connection by itself, serves it, and comes back if nothing is left of what it served. Who waits stands in memory
 * that init shares with them, one place for each: init is only woken when the last one has left.
 */
struct crew {
    _Atomic pid_t *places; /* 0: free; -1: about to be taken by a process that init has made */
    pid_t made[CREW_SIZE]; /* init only: by whom */
    int emptied;           /* eventfd */
};

/* False when the system has too little of something. */
bool crew_open(struct crew *crew);

/* For init: whether any process waits. */
bool crew_waits(const struct crew *crew);
/* Reserves a place for a process that is about to be made; -1 when none is free. */
int crew_reserve(struct crew *crew);
/* Notes who was made for it, or gives it back where `pid` is not positive. */
void crew_made(struct crew *crew, int place, pid_t pid);
/* A child of init has ended; it does not wait any more. */
void crew_note_end(struct crew *crew, pid_t pid);
/* Takes note that the last one left. */
void crew_heard(const struct crew *crew);

/* For those who wait: takes the place that init has reserved, or, with -1, any; -1 when enough wait already. */
int crew_join(struct crew *crew, int reserved);
void crew_leave(struct crew *crew, int place);

#endif
