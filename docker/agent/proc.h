#ifndef AGENT_PROC_H
#define AGENT_PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_stat {
    pid_t pid, ppid, pgrp;
    char state;
    char comm[64];
    uint64_t cpu_ticks, start_ticks, rss_pages;
    uint64_t reaped_ticks; /* of the children that it has waited for */
};

/* The next process of an opened /proc, or 0 at its end. */
pid_t proc_next(DIR *proc);
/* False when the process is gone. */
bool proc_read_stat(pid_t pid, struct proc_stat *stat);
/* The effective user. Read from `status`: the owner of the directory is root for any process that is not dumpable. */
bool proc_read_uid(pid_t pid, uid_t *uid);
/* NUL-separated arguments, cut at `size`; 0 for a zombie, -1 when the process is gone. */
ssize_t proc_read_cmdline(pid_t pid, char *buffer, size_t size);

#endif
