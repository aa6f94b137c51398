#ifndef AGENT_LIMITS_H
#define AGENT_LIMITS_H

#include <stdint.h>

/* How often this control group ran into its limits, ever; 0 where the kernel does not say. */
struct limit_counters {
    uint64_t oom_kills;
    uint64_t pids_refused;
};

/* Finds the counters once for this process and its copies, which must stay in its control group. */
void limits_open(void);
void limits_read(struct limit_counters *counters);

#endif
