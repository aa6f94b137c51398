#include "proc.h"

#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pid_t proc_next(DIR *proc)
{
    struct dirent *entry;
    while ((entry = readdir(proc)) != NULL) {
        uint64_t pid;
        if (parse_decimal(entry->d_name, strlen(entry->d_name), INT32_MAX, &pid) && pid > 0)
            return (pid_t)pid;
    }
    return 0;
}

static ssize_t read_proc(pid_t pid, const char *name, char *buffer, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return read_file(path, buffer, size);
}

bool proc_read_stat(pid_t pid, struct proc_stat *stat)
{
    char text[1024];
    if (read_proc(pid, "stat", text, sizeof text) <= 0)
        return false;
    /* The name is chosen by the process and may hold anything, so it ends at the last parenthesis. */
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (open == NULL || close == NULL || close < open)
        return false;
    *close = '\0';
    snprintf(stat->comm, sizeof stat->comm, "%s", open + 1);
    unsigned long long user, system, start;
    long long reaped_user, reaped_system;
    long rss;
    int parent, group;
    int fields = sscanf(close + 1,
        " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d %*d %*d %llu %*u %ld",
        &stat->state, &parent, &group, &user, &system, &reaped_user, &reaped_system, &start, &rss);
    if (fields != 9)
        return false;
    stat->pid = pid;
    stat->ppid = parent;
    stat->pgrp = group;
    stat->cpu_ticks = user + system;
    stat->reaped_ticks = (uint64_t)(reaped_user + reaped_system);
    stat->start_ticks = start;
    stat->rss_pages = rss > 0 ? (uint64_t)rss : 0;
    return true;
}

bool proc_read_uid(pid_t pid, uid_t *uid)
{
    char text[2048];
    if (read_proc(pid, "status", text, sizeof text) <= 0)
        return false;
    /* The kernel escapes newlines in the name, so this line cannot be forged by it. */
    char *line = strstr(text, "\nUid:\t");
    unsigned effective;
    if (line == NULL || sscanf(line + 6, "%*u %u", &effective) != 1)
        return false;
    *uid = effective;
    return true;
}

ssize_t proc_read_cmdline(pid_t pid, char *buffer, size_t size)
{
    return read_proc(pid, "cmdline", buffer, size);
}
