#include "json.h"
#include "modes.h"
#include "proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COMMAND_MAX 4096
#define EXEC_ID_MAX 256

struct process {
    struct proc_stat stat;
    uid_t uid;
    char exec_id[EXEC_ID_MAX]; /* of a keeper: the exec that it serves; else empty */
};

struct table {
    struct process *processes;
    size_t count, capacity;
};

/* Only root can be a keeper, and no command runs as root, so none can pass for one by its name. */
static void note_exec_id(struct process *process)
{
    char text[512];
    ssize_t length = proc_read_cmdline(process->stat.pid, text, sizeof text);
    if (process->uid != 0 || length <= 0)
        return;
    const char *end = text + length;
    const char *mode = text + strlen(text) + 1;
    if (mode >= end || strcmp(mode, "exec") != 0)
        return;
    const char *id = mode + sizeof "exec";
    if (id < end)
        snprintf(process->exec_id, sizeof process->exec_id, "%s", id);
}

static bool read_table(struct table *table)
{
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        return false;
    pid_t pid;
    while ((pid = proc_next(proc)) != 0) {
        if (table->count == table->capacity) {
            size_t capacity = table->capacity == 0 ? 256 : table->capacity * 2;
            struct process *processes = realloc(table->processes, capacity * sizeof *processes);
            if (processes == NULL)
                break;
            table->processes = processes;
            table->capacity = capacity;
        }
        struct process *process = &table->processes[table->count];
        process->exec_id[0] = '\0';
        if (!proc_read_stat(pid, &process->stat) || !proc_read_uid(pid, &process->uid))
            continue;
        note_exec_id(process);
        table->count++;
    }
    closedir(proc);
    return true;
}

static const struct process *find(const struct table *table, pid_t pid)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->processes[i].stat.pid == pid)
            return &table->processes[i];
    return NULL;
}

static const char *exec_id(const struct table *table, const struct process *process)
{
    /* Bounded, as parents may have changed while the table was read. */
    for (size_t depth = 0; process != NULL && depth < table->count; depth++) {
        if (process->exec_id[0] != '\0')
            return process->exec_id;
        process = find(table, process->stat.ppid);
    }
    return NULL;
}

/* Cuts before a UTF-8 sequence rather than within it. */
static size_t cut(const char *text, size_t length)
{
    if (length < COMMAND_MAX)
        return length;
    for (size_t back = 1; back <= 3; back++) {
        unsigned char byte = (unsigned char)text[COMMAND_MAX - back];
        size_t size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
        if (size > back)
            return COMMAND_MAX - back;
    }
    return COMMAND_MAX;
}

static void print_command(const struct process *process)
{
    char text[COMMAND_MAX + 1];
    ssize_t length = proc_read_cmdline(process->stat.pid, text, sizeof text);
    while (length > 0 && text[length - 1] == '\0')
        length--;
    for (ssize_t i = 0; i < length; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    if (length <= 0)
        length = snprintf(text, sizeof text, "[%s]", process->stat.comm);
    json_string(stdout, (unsigned char *)text, cut(text, (size_t)length));
}

static int64_t boot_time_ms(void)
{
    struct timespec wall, boot;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (int64_t)(wall.tv_sec - boot.tv_sec) * 1000 + (wall.tv_nsec - boot.tv_nsec) / 1000000;
}

static void print_process(const struct table *table, const struct process *process)
{
    const struct proc_stat *stat = &process->stat;
    uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK), page = (uint64_t)sysconf(_SC_PAGESIZE);
    printf("{\"pid\":%d,\"ppid\":%d,\"command\":", (int)stat->pid, (int)stat->ppid);
    print_command(process);
    printf(",\"state\":\"%c\",\"cpu_ms\":%llu,\"memory_bytes\":%llu,\"started_at\":%lld,\"exec_id\":", stat->state,
        (unsigned long long)(stat->cpu_ticks * 1000 / ticks), (unsigned long long)(stat->rss_pages * page),
        (long long)(boot_time_ms() + (int64_t)(stat->start_ticks * 1000 / ticks)));
    const char *id = exec_id(table, process);
    if (id == NULL)
        fputs("null", stdout);
    else
        json_string(stdout, (const unsigned char *)id, strlen(id));
    putchar('}');
}

int run_ps(int argc, char **argv)
{
    (void)argc, (void)argv;
    struct table table = { 0 };
    if (!read_table(&table))
        return 71;
    bool first = true;
    putchar('[');
    for (size_t i = 0; i < table.count; i++) {
        if (table.processes[i].uid == 0)
            continue;
        if (!first)
            putchar(',');
        first = false;
        print_process(&table, &table.processes[i]);
    }
    puts("]");
    free(table.processes);
    return fflush(stdout) == 0 ? 0 : 74;
}
