#ifndef AGENT_TREE_H
#define AGENT_TREE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tree_entry {
    pid_t pid, ppid, pgrp;
    uint64_t start_ticks, cpu_ticks, rss_pages;
    bool descendant;
};

struct tree_scan {
    struct tree_entry *entries;
    size_t count, capacity;
};

/* Process groups of descendants, each once. */
struct tree_groups {
    pid_t *groups;
    size_t count, capacity;
};

/*
 * The processes whose chain of parents leads to `root`. As root is their subreaper none of them can leave the
 * tree, neither by setsid nor by being orphaned.
 */
struct tree {
    pid_t root;
    DIR *proc;
    struct tree_scan current, previous;
    struct tree_groups groups;
};

/* What all descendants together use now; the processor time includes children that they have reaped. */
struct tree_use {
    uint64_t cpu_ticks, rss_pages;
};

bool tree_open(struct tree *tree, pid_t root);
struct tree_use tree_measure(struct tree *tree);
/* Sends a signal to every descendant once. */
void tree_signal(struct tree *tree, int signal);
/*
 * Asks all descendants to end, and continues those that are stopped. They are stopped meanwhile: beside hundreds of
 * running processes it would take seconds to find them all. So many are killed at once.
 */
void tree_terminate(struct tree *tree);
/* Stops all descendants, so that none can fork any more, and then kills them. They still have to be reaped. */
void tree_kill(struct tree *tree);
/*
 * The same for trees that outrun every look at /proc, such as a chain of processes each of which forks, leaves its
 * session and exits: everything of that user is stopped by one call of the kernel, forks under way included, and
 * continued when the tree was killed. So other commands of the sandbox pause for a moment.
 */
void tree_kill_standing(struct tree *tree, uid_t user);
void tree_close(struct tree *tree);

#endif
