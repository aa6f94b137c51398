#ifndef LAUNCHER_CGROUP_H
#define LAUNCHER_CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum { CONTROLLER_MEMORY, CONTROLLER_PIDS, CONTROLLER_CPU, CONTROLLER_CPUACCT, CONTROLLERS };

/*
 * Where the groups of this launcher's sandboxes are made: below one directory in each controller's hierarchy (version 1),
 * or in the unified one (version 2), of which all entries then name the same directory.
 */
struct cgroups {
    int version;
    char base[CONTROLLERS][PATH_MAX];
};

/* One sandbox's group, by its directories; the entries are as above. */
struct cgroup {
    int version;
    char path[CONTROLLERS][PATH_MAX];
};

struct cgroup_limits {
    uint64_t memory_bytes; /* swap included */
    uint64_t pids;
    uint64_t cpus_milli; /* share of processors, in thousandths */
};

struct cgroup_counters {
    uint64_t oom_kills;
    uint64_t pids_refused;
};

/*
 * Finds the hierarchies in the text of /proc/self/mounts and makes `name`, a relative path, in them. False, with a complaint,
 * when a controller is missing or the directory cannot be made.
 */
bool cgroups_open(struct cgroups *groups, const char *mounts, const char *name);
/* Removes the directories of `name` if they are empty. */
void cgroups_close(const struct cgroups *groups);
/* A number that makes a group's name; what an earlier group of that name left is ended and removed first. */
bool cgroup_make(const struct cgroups *groups, unsigned number, struct cgroup *group);
/* Ends and removes what an earlier group of that number left, in whatever hierarchies it left it; false as with cgroup_remove. */
bool cgroup_clear(const struct cgroups *groups, unsigned number);
/* Moves the calling process in. */
bool cgroup_enter(const struct cgroup *group);
bool cgroup_limit(const struct cgroup *group, const struct cgroup_limits *limits);
/* Processor time used so far, in nanoseconds. */
uint64_t cgroup_cpu_ns(const struct cgroup *group);
void cgroup_count(const struct cgroup *group, struct cgroup_counters *counters);
/* The largest resident set that any of its living processes ever had, in bytes. */
uint64_t cgroup_peak_rss(const struct cgroup *group);
/* Waits until it has no process any more; false when that took longer than two seconds. */
bool cgroup_await_empty(const struct cgroup *group);
/* Ends what is left in it and removes it; false when that took longer than two seconds. */
bool cgroup_remove(const struct cgroup *group);

#endif
