#include "tree.h"

#include "proc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A tree that still grows after so many rounds is killed as it is and stopped again later. */
#define STOP_ROUNDS 16
/* To let more than these run on could cost the agent its processor time for seconds. */
#define GRACE_PROCESSES 64

bool tree_open(struct tree *tree, pid_t root)
{
    *tree = (struct tree){ .root = root, .proc = opendir("/proc") };
    return tree->proc != NULL;
}

void tree_close(struct tree *tree)
{
    if (tree->proc != NULL)
        closedir(tree->proc);
    free(tree->current.entries);
    free(tree->previous.entries);
    free(tree->groups.groups);
    *tree = (struct tree){ 0 };
}

/* /proc lists by rising pid; a miss because of another order is made good by the search after the scan. */
static struct tree_entry *find(const struct tree_scan *scan, pid_t pid)
{
    size_t low = 0, high = scan->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scan->entries[middle].pid == pid)
            return &scan->entries[middle];
        if (scan->entries[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct tree_entry *add(struct tree_scan *scan, const struct proc_stat *stat)
{
    if (scan->count == scan->capacity) {
        size_t capacity = scan->capacity == 0 ? 256 : scan->capacity * 2;
        struct tree_entry *entries = realloc(scan->entries, capacity * sizeof *entries);
        if (entries == NULL)
            return NULL;
        scan->entries = entries;
        scan->capacity = capacity;
    }
    struct tree_entry *entry = &scan->entries[scan->count++];
    *entry = (struct tree_entry){ .pid = stat->pid, .ppid = stat->ppid, .pgrp = stat->pgrp,
        .start_ticks = stat->start_ticks, .cpu_ticks = stat->cpu_ticks + stat->reaped_ticks,
        .rss_pages = stat->rss_pages };
    return entry;
}

static bool has_descending_parent(const struct tree *tree, pid_t ppid)
{
    if (ppid == tree->root)
        return true;
    const struct tree_entry *parent = find(&tree->current, ppid);
    return parent != NULL && parent->descendant;
}

/* True when the group was not in the set yet. Without memory it counts as new every time, which only costs time. */
static bool add_group(struct tree_groups *set, pid_t group)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->groups[i] == group)
            return false;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity == 0 ? 64 : set->capacity * 2;
        pid_t *groups = realloc(set->groups, capacity * sizeof *groups);
        if (groups == NULL)
            return true;
        set->groups = groups;
        set->capacity = capacity;
    }
    set->groups[set->count++] = group;
    return true;
}

/*
 * STOP and KILL go to the whole process group first: the kernel does that in one step, so a chain of processes
 * that fork and exit cannot run ahead of it, and a fork bomb does not compete for the processor while the rest is
 * looked for. A group lies within one session and sessions of descendants hold only descendants, except that a
 * child which has not called setsid yet is still in the group of the root.
 */
static void strike(struct tree *tree, const struct proc_stat *stat, int signal)
{
    if (signal == 0)
        return;
    bool whole_group = signal == SIGSTOP || signal == SIGKILL;
    if (whole_group && stat->pgrp > 1 && stat->pgrp != getpgrp() && add_group(&tree->groups, stat->pgrp))
        kill(-stat->pgrp, signal);
    kill(stat->pid, signal);
}

/* Whether the last scan had reached this very process, not an earlier one with its number. */
static bool is_known(const struct tree *tree, const struct proc_stat *stat)
{
    const struct tree_entry *entry = find(&tree->previous, stat->pid);
    return entry != NULL && entry->descendant && entry->start_ticks == stat->start_ticks;
}

/*
 * Those whose parent has a higher pid or ended during the scan. Each is read again just before it is signalled, as
 * its number may by now belong to another process.
 */
static size_t strike_late(struct tree *tree, int signal)
{
    size_t fresh = 0;
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < tree->current.count; i++) {
            struct tree_entry *entry = &tree->current.entries[i];
            if (entry->descendant)
                continue;
            bool parent_seen = find(&tree->current, entry->ppid) != NULL;
            if (parent_seen && !has_descending_parent(tree, entry->ppid))
                continue;
            struct proc_stat stat;
            if (!proc_read_stat(entry->pid, &stat) || stat.start_ticks != entry->start_ticks)
                continue;
            entry->ppid = stat.ppid;
            if (!has_descending_parent(tree, stat.ppid))
                continue;
            strike(tree, &stat, signal);
            entry->descendant = true;
            fresh += !is_known(tree, &stat);
            again = true;
        }
    }
    return fresh;
}

/* Signals every descendant, unless the signal is 0, each as soon as it is seen; returns how many the scan before had not met. */
static size_t scan(struct tree *tree, int signal)
{
    struct tree_scan swap = tree->previous;
    tree->previous = tree->current;
    tree->current = swap;
    tree->current.count = 0;
    if (signal == SIGSTOP || signal == SIGKILL)
        tree->groups.count = 0;
    size_t fresh = 0;
    pid_t pid;
    rewinddir(tree->proc);
    while ((pid = proc_next(tree->proc)) != 0) {
        struct proc_stat stat;
        if (pid == tree->root || !proc_read_stat(pid, &stat))
            continue;
        bool descendant = has_descending_parent(tree, stat.ppid);
        if (descendant) {
            strike(tree, &stat, signal);
            fresh += !is_known(tree, &stat);
        }
        struct tree_entry *entry = add(&tree->current, &stat);
        if (entry != NULL)
            entry->descendant = descendant;
    }
    return fresh + strike_late(tree, signal);
}

void tree_signal(struct tree *tree, int signal)
{
    scan(tree, signal);
}

struct tree_use tree_measure(struct tree *tree)
{
    struct tree_use use = { 0 };
    scan(tree, 0);
    for (size_t i = 0; i < tree->current.count; i++) {
        const struct tree_entry *entry = &tree->current.entries[i];
        use.cpu_ticks += entry->descendant ? entry->cpu_ticks : 0;
        use.rss_pages += entry->descendant ? entry->rss_pages : 0;
    }
    return use;
}

static void freeze(struct tree *tree)
{
    tree->current.count = tree->previous.count = 0;
    for (int round = 0; round < STOP_ROUNDS && scan(tree, SIGSTOP) > 0; round++)
        continue;
}

static size_t count_descendants(const struct tree_scan *scan)
{
    size_t count = 0;
    for (size_t i = 0; i < scan->count; i++)
        count += scan->entries[i].descendant;
    return count;
}

static void continue_all(const struct tree *tree)
{
    /* Stopped processes cannot have changed their groups, so there is no need to look again while they run. */
    for (size_t i = 0; i < tree->groups.count; i++)
        kill(-tree->groups.groups[i], SIGCONT);
    for (size_t i = 0; i < tree->current.count; i++)
        if (tree->current.entries[i].descendant && tree->current.entries[i].pgrp == getpgrp())
            kill(tree->current.entries[i].pid, SIGCONT);
}

void tree_terminate(struct tree *tree)
{
    freeze(tree);
    if (count_descendants(&tree->current) > GRACE_PROCESSES) {
        scan(tree, SIGKILL);
        return;
    }
    scan(tree, SIGTERM);
    continue_all(tree);
}

void tree_kill(struct tree *tree)
{
    freeze(tree);
    scan(tree, SIGKILL);
}

/* Only a process of that user, without rights of its own, can mean exactly the processes of that user by -1. */
static void signal_user(uid_t user, int signal)
{
    pid_t messenger = fork();
    if (messenger == 0) {
        if (setuid(user) == 0)
            kill(-1, signal);
        _exit(0);
    }
    while (messenger > 0 && waitpid(messenger, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void tree_kill_standing(struct tree *tree, uid_t user)
{
    if (geteuid() != 0 || user == 0) {
        tree_kill(tree);
        return;
    }
    signal_user(user, SIGSTOP);
    tree_kill(tree);
    signal_user(user, SIGCONT);
}
