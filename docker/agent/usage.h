#ifndef AGENT_USAGE_H
#define AGENT_USAGE_H

#include "tree.h"

#include <stdint.h>
#include <sys/resource.h>

/* What the tree of a command has used, looked at from time to time. */
struct usage {
    uint64_t cpu_ms;     /* of all processes, reaped and living, at the last look */
    uint64_t peak_bytes; /* the most that all of them together had in memory at any look */
    uint64_t reaped_cpu_us, largest_bytes; /* of processes that were reaped; the largest by itself */
    int64_t next_look;   /* 0: none yet */
    int64_t interval_ms;
};

/* Looks if it is time; a limit of 0 means none. True when more than the limit was used. */
bool usage_look(struct usage *usage, struct tree *tree, int64_t started_at, uint64_t cpu_limit_ms, int64_t now);
/* Counts a process that was reaped, with those that it had reaped. */
void usage_add(struct usage *usage, const struct rusage *reaped);
/* User and system time of all processes that have been reaped. */
uint64_t usage_reaped_cpu_ms(const struct usage *usage);
/* The most memory that the tree is known to have had at once, or any reaped process of it by itself. */
uint64_t usage_peak_bytes(const struct usage *usage);

#endif
