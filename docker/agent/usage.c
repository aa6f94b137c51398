#include "usage.h"

#include "util.h"

#include <unistd.h>

/* Commands that end before are not worth a look: then the largest of their processes says enough. */
#define FIRST_LOOK_MS 50
#define LOOK_MAX_MS 1000
#define CPU_LOOK_MAX_MS 100
#define CPU_LOOK_MIN_MS 10

static int64_t processors(void)
{
    static int64_t count;
    if (count == 0)
        count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count;
}

static void look(struct usage *usage, struct tree *tree)
{
    static uint64_t ticks_per_second, page;
    if (page == 0) {
        ticks_per_second = (uint64_t)sysconf(_SC_CLK_TCK);
        page = (uint64_t)sysconf(_SC_PAGESIZE);
    }
    struct tree_use use = tree_measure(tree);
    usage->cpu_ms = usage_reaped_cpu_ms(usage) + use.cpu_ticks * 1000 / ticks_per_second;
    if (use.rss_pages * page > usage->peak_bytes)
        usage->peak_bytes = use.rss_pages * page;
}

/* Processor time cannot grow faster than all processors together; memory can, but looking costs time. */
static int64_t interval(const struct usage *usage, uint64_t cpu_limit_ms)
{
    if (cpu_limit_ms == 0)
        return usage->interval_ms * 2 < LOOK_MAX_MS ? usage->interval_ms * 2 : LOOK_MAX_MS;
    int64_t left = usage->cpu_ms < cpu_limit_ms ? (int64_t)(cpu_limit_ms - usage->cpu_ms) / processors() : 0;
    return left < CPU_LOOK_MIN_MS ? CPU_LOOK_MIN_MS : left < CPU_LOOK_MAX_MS ? left : CPU_LOOK_MAX_MS;
}

bool usage_look(struct usage *usage, struct tree *tree, int64_t started_at, uint64_t cpu_limit_ms, int64_t now)
{
    if (usage->next_look == 0) {
        usage->interval_ms = FIRST_LOOK_MS / 2;
        usage->interval_ms = interval(usage, cpu_limit_ms);
        usage->next_look = started_at + usage->interval_ms;
    }
    if (now < usage->next_look)
        return false;
    look(usage, tree);
    bool over = cpu_limit_ms > 0 && usage->cpu_ms > cpu_limit_ms;
    if (over) {
        /* A process that was reaped in the middle of the look may have been counted twice, but not again. */
        look(usage, tree);
        over = usage->cpu_ms > cpu_limit_ms;
    }
    usage->interval_ms = interval(usage, cpu_limit_ms);
    usage->next_look = now_ms() + usage->interval_ms;
    return over;
}

void usage_add(struct usage *usage, const struct rusage *reaped)
{
    int64_t cpu_us = (reaped->ru_utime.tv_sec + reaped->ru_stime.tv_sec) * 1000000LL
        + reaped->ru_utime.tv_usec + reaped->ru_stime.tv_usec;
    uint64_t bytes = (uint64_t)reaped->ru_maxrss * 1024;
    usage->reaped_cpu_us += (uint64_t)cpu_us;
    if (bytes > usage->largest_bytes)
        usage->largest_bytes = bytes;
}

uint64_t usage_reaped_cpu_ms(const struct usage *usage)
{
    return usage->reaped_cpu_us / 1000;
}

uint64_t usage_peak_bytes(const struct usage *usage)
{
    return usage->largest_bytes > usage->peak_bytes ? usage->largest_bytes : usage->peak_bytes;
}
