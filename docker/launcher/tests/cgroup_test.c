/*
 * What is written to control groups, of both versions, in directories that only look like them: the machine that builds
 * this has one version at most. The real one is tested with the whole launcher.
 */
#include "cgroup.h"

#include "util.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char base[64];
static int checks;

#define CHECK(condition) \
    do { \
        checks++; \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

static const char *path(const char *name)
{
    static char full[4][512];
    static unsigned next;
    char *text = full[next++ % 4];
    snprintf(text, sizeof full[0], "%s/%s", base, name);
    return text;
}

static void directory(const char *name)
{
    CHECK(mkdir(path(name), 0755) == 0);
}

/* A file as the kernel would have made it. */
static void file(const char *name, const char *text)
{
    FILE *made = fopen(path(name), "w");
    CHECK(made != NULL);
    fputs(text, made);
    fclose(made);
}

static void holds(const char *name, const char *text)
{
    char found[256] = "";
    CHECK(read_file(path(name), found, sizeof found) >= 0);
    if (strcmp(found, text) != 0)
        fprintf(stderr, "%s holds '%s'\n", name, found);
    CHECK(strcmp(found, text) == 0);
}

static char *mounts(const char *format)
{
    static char text[1024];
    char *out = text;
    for (const char *at = format; *at != '\0'; at++) {
        if (*at == '@')
            out += sprintf(out, "%s", base);
        else
            *out++ = *at;
    }
    *out = '\0';
    return text;
}

static const struct cgroup_limits LIMITS = {64 << 20, 12, 1500};

static void version_2(void)
{
    struct cgroups groups;
    struct cgroup group;
    directory("two");
    directory("two/a");
    directory("two/a/b");
    file("two/cgroup.subtree_control", "");
    file("two/a/cgroup.subtree_control", "");
    file("two/a/b/cgroup.subtree_control", "");
    CHECK(cgroups_open(&groups, mounts("proc /proc proc rw 0 0\ncgroup2 @/two cgroup2 rw,nsdelegate 0 0\n"), "a/b"));
    CHECK(groups.version == 2);
    holds("two/cgroup.subtree_control", "+memory +pids +cpu");
    holds("two/a/cgroup.subtree_control", "+memory +pids +cpu");
    holds("two/a/b/cgroup.subtree_control", "+memory +pids +cpu");
    CHECK(cgroup_make(&groups, 3, &group));

    /* Without the controllers' files the limits must not seem to hold. */
    CHECK(!cgroup_limit(&group, &LIMITS));
    const char *const made[] = {"memory.max", "memory.swap.max", "pids.max", "cpu.max", "cgroup.procs", "memory.events", "pids.events", "cpu.stat"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "two/a/b/3/%s", made[i]);
        file(name, "");
    }
    CHECK(cgroup_limit(&group, &LIMITS));
    holds("two/a/b/3/memory.max", "67108864");
    holds("two/a/b/3/memory.swap.max", "0");
    holds("two/a/b/3/pids.max", "12");
    holds("two/a/b/3/cpu.max", "150000 100000");
    CHECK(cgroup_enter(&group));
    holds("two/a/b/3/cgroup.procs", "0");

    struct cgroup_counters counters;
    cgroup_count(&group, &counters);
    CHECK(counters.oom_kills == 0 && counters.pids_refused == 0 && cgroup_cpu_ns(&group) == 0);
    file("two/a/b/3/memory.events", "low 0\nhigh 0\nmax 9\noom 4\noom_kill 2\noom_group_kill 7\n");
    file("two/a/b/3/pids.events", "max 5\n");
    file("two/a/b/3/cpu.stat", "usage_usec 123456\nuser_usec 3\nsystem_usec 4\n");
    cgroup_count(&group, &counters);
    CHECK(counters.oom_kills == 2);
    CHECK(counters.pids_refused == 5);
    CHECK(cgroup_cpu_ns(&group) == 123456000);

    /* A kernel that does not account for swap has no such file. */
    CHECK(unlink(path("two/a/b/3/memory.swap.max")) == 0);
    CHECK(cgroup_limit(&group, &LIMITS));
}

static void version_1(void)
{
    struct cgroups groups;
    struct cgroup group;
    directory("memory");
    directory("pids");
    directory("cpu");
    CHECK(cgroups_open(&groups,
        mounts("cgroup @/memory cgroup rw,memory 0 0\ncgroup @/pids cgroup rw,relatime,pids 0 0\n"
               "cgroup @/cpu cgroup rw,cpu,cpuacct 0 0\ncgroup2 @/unified cgroup2 rw 0 0\n"),
        "x"));
    CHECK(groups.version == 1);
    /* Two controllers in one hierarchy, as systemd mounts them, are one directory. */
    CHECK(strcmp(groups.base[CONTROLLER_CPU], groups.base[CONTROLLER_CPUACCT]) == 0);
    CHECK(cgroup_make(&groups, 0, &group));
    file("memory/x/0/memory.limit_in_bytes", "");
    file("memory/x/0/memory.memsw.limit_in_bytes", "");
    file("memory/x/0/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    file("memory/x/0/cgroup.procs", "");
    file("pids/x/0/pids.max", "");
    file("pids/x/0/pids.events", "max 8\n");
    file("pids/x/0/cgroup.procs", "");
    file("cpu/x/0/cpu.cfs_period_us", "");
    file("cpu/x/0/cpu.cfs_quota_us", "");
    file("cpu/x/0/cpuacct.usage", "77\n");
    file("cpu/x/0/cgroup.procs", "");
    CHECK(cgroup_limit(&group, &LIMITS));
    holds("memory/x/0/memory.limit_in_bytes", "67108864");
    holds("memory/x/0/memory.memsw.limit_in_bytes", "67108864");
    holds("pids/x/0/pids.max", "12");
    holds("cpu/x/0/cpu.cfs_period_us", "100000");
    holds("cpu/x/0/cpu.cfs_quota_us", "150000");
    CHECK(cgroup_enter(&group));
    holds("pids/x/0/cgroup.procs", "0");
    struct cgroup_counters counters;
    cgroup_count(&group, &counters);
    CHECK(counters.oom_kills == 3 && counters.pids_refused == 8 && cgroup_cpu_ns(&group) == 77);
    /* A removal that was cut short leaves some of the directories. */
    directory("cpu/x/7");
    CHECK(cgroup_clear(&groups, 7));
    CHECK(access(path("cpu/x/7"), F_OK) != 0);
    CHECK(cgroup_clear(&groups, 8));
}

static void neither(void)
{
    struct cgroups groups;
    CHECK(!cgroups_open(&groups, mounts("cgroup @/memory cgroup rw,memory 0 0\n"), "x"));
    CHECK(!cgroups_open(&groups, "", "x"));
}

int main(void)
{
    strcpy(base, "/tmp/cgroup-test-XXXXXX");
    CHECK(mkdtemp(base) != NULL);
    version_2();
    version_1();
    neither();
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", base);
    CHECK(system(command) == 0);
    printf("cgroup: %d checks passed\n", checks);
    return 0;
}
