#include "cgroup.h"

#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMOVE_MS 2000
#define CPU_PERIOD_US 100000

static const char *const NAMES[CONTROLLERS] = {"memory", "pids", "cpu", "cpuacct"};

static bool join(char *target, const char *directory, const char *name)
{
    return snprintf(target, PATH_MAX, "%s/%s", directory, name) < PATH_MAX;
}

/* Whether a comma-separated list holds this word. */
static bool lists(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0755) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

/* Version 2: controllers reach a group only if every directory above hands them on. Where that is not ours to do it is done already, or the limits will fail. */
static void hand_on(const char *mount, char *path)
{
    char control[PATH_MAX];
    for (char *end = path + strlen(mount); end != NULL; end = strchr(end + 1, '/')) {
        char kept = *end;
        *end = '\0';
        if (join(control, path, "cgroup.subtree_control"))
            write_file(control, "+memory +pids +cpu");
        *end = kept;
    }
    if (join(control, path, "cgroup.subtree_control"))
        write_file(control, "+memory +pids +cpu");
}

static bool open_v1(struct cgroups *groups, char mounts[CONTROLLERS][PATH_MAX], const char *name)
{
    groups->version = 1;
    for (int i = 0; i < CONTROLLERS; i++)
        if (!join(groups->base[i], mounts[i], name) || !make_directories(groups->base[i])) {
            complain(errno, "cannot make the control group %s", groups->base[i]);
            return false;
        }
    return true;
}

static bool open_v2(struct cgroups *groups, const char *mount, const char *name)
{
    groups->version = 2;
    for (int i = 0; i < CONTROLLERS; i++)
        if (!join(groups->base[i], mount, name))
            return false;
    if (!make_directories(groups->base[0])) {
        complain(errno, "cannot make the control group %s", groups->base[0]);
        return false;
    }
    hand_on(mount, groups->base[0]);
    return true;
}

bool cgroups_open(struct cgroups *groups, const char *mounts, const char *name)
{
    static char v1[CONTROLLERS][PATH_MAX], v2[PATH_MAX];
    memset(v1, 0, sizeof v1);
    v2[0] = '\0';
    for (const char *line = mounts; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        char place[PATH_MAX], type[64], options[1024];
        if (sscanf(line, "%*s %4095s %63s %1023s", place, type, options) != 3)
            continue;
        if (strcmp(type, "cgroup2") == 0)
            snprintf(v2, sizeof v2, "%s", place);
        for (int i = 0; i < CONTROLLERS && strcmp(type, "cgroup") == 0; i++)
            if (lists(options, NAMES[i]))
                snprintf(v1[i], sizeof v1[i], "%s", place);
    }
    int found = 0;
    for (int i = 0; i < CONTROLLERS; i++)
        found += v1[i][0] != '\0';
    /* In the hybrid layout the unified hierarchy is there, too, but without these controllers. */
    if (found == CONTROLLERS)
        return open_v1(groups, v1, name);
    if (found == 0 && v2[0] != '\0')
        return open_v2(groups, v2, name);
    complain(0, "the control groups memory, pids, cpu and cpuacct are not mounted");
    return false;
}

static int directories(int version)
{
    return version == 1 ? CONTROLLERS : 1;
}

void cgroups_close(const struct cgroups *groups)
{
    for (int i = 0; i < directories(groups->version); i++)
        rmdir(groups->base[i]);
}

/* Gives the error number of the first directory that could not be made, or 0. */
static int make_group(const struct cgroup *group)
{
    for (int i = 0; i < directories(group->version); i++) {
        /* systemd mounts cpu and cpuacct as one hierarchy. */
        bool known = i > 0 && strcmp(group->path[i], group->path[i - 1]) == 0;
        if (!known && mkdir(group->path[i], 0755) != 0)
            return errno;
    }
    return 0;
}

static bool name_group(const struct cgroups *groups, unsigned number, struct cgroup *group)
{
    char name[16];
    snprintf(name, sizeof name, "%u", number);
    group->version = groups->version;
    for (int i = 0; i < CONTROLLERS; i++)
        if (!join(group->path[i], groups->base[i], name))
            return false;
    return true;
}

bool cgroup_clear(const struct cgroups *groups, unsigned number)
{
    struct cgroup group;
    return name_group(groups, number, &group) && cgroup_remove(&group);
}

bool cgroup_make(const struct cgroups *groups, unsigned number, struct cgroup *group)
{
    if (!name_group(groups, number, group))
        return false;
    int error = make_group(group);
    if (error == EEXIST && cgroup_remove(group))
        error = make_group(group);
    if (error != 0)
        complain(error, "cannot make the control group %s", group->path[0]);
    return error == 0;
}

static bool put(const char *directory, const char *file, const char *value)
{
    char path[PATH_MAX];
    return join(path, directory, file) && write_file(path, value);
}

static bool put_number(const char *directory, const char *file, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return put(directory, file, text);
}

bool cgroup_enter(const struct cgroup *group)
{
    for (int i = 0; i < directories(group->version); i++)
        if (!put(group->path[i], "cgroup.procs", "0"))
            return false;
    return true;
}

/* The file of a limit on swap is missing where the kernel was started without accounting for it; then there is only the machine's. */
static bool swap_done(bool written)
{
    return written || errno == ENOENT;
}

static bool limit_v1(const struct cgroup *group, const struct cgroup_limits *limits)
{
    const char *memory = group->path[CONTROLLER_MEMORY], *cpu = group->path[CONTROLLER_CPU];
    return put_number(memory, "memory.limit_in_bytes", limits->memory_bytes)
        && swap_done(put_number(memory, "memory.memsw.limit_in_bytes", limits->memory_bytes))
        && put_number(group->path[CONTROLLER_PIDS], "pids.max", limits->pids)
        && put_number(cpu, "cpu.cfs_period_us", CPU_PERIOD_US)
        && put_number(cpu, "cpu.cfs_quota_us", limits->cpus_milli * (CPU_PERIOD_US / 1000));
}

static bool limit_v2(const struct cgroup *group, const struct cgroup_limits *limits)
{
    const char *path = group->path[0];
    char cpu[64];
    snprintf(cpu, sizeof cpu, "%llu %d", (unsigned long long)(limits->cpus_milli * (CPU_PERIOD_US / 1000)), CPU_PERIOD_US);
    return put_number(path, "memory.max", limits->memory_bytes)
        && swap_done(put(path, "memory.swap.max", "0"))
        && put_number(path, "pids.max", limits->pids)
        && put(path, "cpu.max", cpu);
}

bool cgroup_limit(const struct cgroup *group, const struct cgroup_limits *limits)
{
    bool done = group->version == 1 ? limit_v1(group, limits) : limit_v2(group, limits);
    if (!done)
        complain(errno, "cannot set the limits of %s", group->path[0]);
    return done;
}

/* The number after `name` at the start of a line; 0 where there is none. */
static uint64_t counter(const char *directory, const char *file, const char *name)
{
    char path[PATH_MAX], text[4096];
    if (!join(path, directory, file) || read_file(path, text, sizeof text) <= 0)
        return 0;
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && (length == 0 || line[length] == ' '))
            return strtoull(line + length, NULL, 10);
    }
    return 0;
}

uint64_t cgroup_cpu_ns(const struct cgroup *group)
{
    return group->version == 1 ? counter(group->path[CONTROLLER_CPUACCT], "cpuacct.usage", "")
                               : counter(group->path[0], "cpu.stat", "usage_usec") * 1000;
}

void cgroup_count(const struct cgroup *group, struct cgroup_counters *counters)
{
    const char *memory = group->version == 1 ? "memory.oom_control" : "memory.events";
    counters->oom_kills = counter(group->path[CONTROLLER_MEMORY], memory, "oom_kill");
    counters->pids_refused = counter(group->path[CONTROLLER_PIDS], "pids.events", "max");
}

/* Calls for each living process; gives how many there were. */
static int each_process(const struct cgroup *group, void (*call)(pid_t, void *), void *argument)
{
    char path[PATH_MAX];
    static char text[65536];
    if (!join(path, group->path[0], "cgroup.procs") || read_file(path, text, sizeof text) <= 0)
        return 0;
    int count = 0;
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save), count++)
        call((pid_t)strtol(line, NULL, 10), argument);
    return count;
}

static void take_peak(pid_t pid, void *argument)
{
    uint64_t *peak = argument;
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (read_file(path, text, sizeof text) <= 0)
        return;
    const char *line = strstr(text, "\nVmHWM:");
    uint64_t bytes = line == NULL ? 0 : strtoull(line + 7, NULL, 10) * 1024;
    if (bytes > *peak)
        *peak = bytes;
}

uint64_t cgroup_peak_rss(const struct cgroup *group)
{
    uint64_t peak = 0;
    each_process(group, take_peak, &peak);
    return peak;
}

static void end(pid_t pid, void *argument)
{
    (void)argument;
    if (pid > 1)
        kill(pid, SIGKILL);
}

static void ignore(pid_t pid, void *argument)
{
    (void)pid, (void)argument;
}

bool cgroup_await_empty(const struct cgroup *group)
{
    int64_t deadline = now_ms() + REMOVE_MS;
    while (each_process(group, ignore, NULL) > 0) {
        if (now_ms() > deadline)
            return false;
        poll(NULL, 0, 1);
    }
    return true;
}

bool cgroup_remove(const struct cgroup *group)
{
    int64_t deadline = now_ms() + REMOVE_MS;
    for (int i = 0; i < directories(group->version); i++)
        while (rmdir(group->path[i]) != 0 && errno != ENOENT) {
            if (errno != EBUSY || now_ms() > deadline)
                return false;
            /* What died a moment ago still counts for a moment. */
            each_process(group, end, NULL);
            poll(NULL, 0, 1);
        }
    return true;
}
