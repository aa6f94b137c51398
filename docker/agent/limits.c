#include "limits.h"

#include "util.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a comma-separated list of controllers holds this one. */
static bool lists(const char *controllers, const char *end, const char *name)
{
    size_t length = strlen(name);
    while (controllers < end) {
        const char *comma = memchr(controllers, ',', (size_t)(end - controllers));
        const char *stop = comma == NULL ? end : comma;
        if ((size_t)(stop - controllers) == length && memcmp(controllers, name, length) == 0)
            return true;
        controllers = stop + 1;
    }
    return false;
}

/* The path of our group for a v1 controller, or in the unified hierarchy when `controller` is "". */
static bool group_path(const char *controller, char *path, size_t size)
{
    char text[8192];
    if (read_file("/proc/self/cgroup", text, sizeof text) <= 0)
        return false;
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        char *controllers = strchr(line, ':');
        char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (group == NULL)
            continue;
        controllers++;
        bool matches = controller[0] == '\0' ? group == controllers : lists(controllers, group, controller);
        if (matches) {
            snprintf(path, size, "%s", strcmp(group + 1, "/") == 0 ? "" : group + 1);
            return true;
        }
    }
    return false;
}

static uint64_t read_counter(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtoull(line + length + 1, NULL, 10);
    }
    return 0;
}

/* Without a namespace of its own a container sees the host's path but has only its own group mounted, at the top. */
static int open_group_file(const char *mount, const char *group, const char *name)
{
    char path[4608];
    snprintf(path, sizeof path, "/sys/fs/cgroup%s%s/%s", mount, group, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", mount, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The files of the counters, -1 where there is none. */
struct files {
    int memory, pids;
};

static int open_limit(const char *controller, const char *v1_file, const char *v2_file)
{
    char group[4096], mount[32];
    snprintf(mount, sizeof mount, "/%s", controller);
    if (group_path(controller, group, sizeof group))
        return open_group_file(mount, group, v1_file);
    return group_path("", group, sizeof group) ? open_group_file("", group, v2_file) : -1;
}

static struct files open_files(void)
{
    return (struct files){ .memory = open_limit("memory", "memory.oom_control", "memory.events"),
        .pids = open_limit("pids", "pids.events", "pids.events") };
}

static uint64_t read_limit(int fd, const char *counter)
{
    char text[4096];
    ssize_t length = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    return read_counter(text, counter);
}

static struct files kept;
static bool opened;

void limits_open(void)
{
    kept = open_files();
    opened = true;
}

void limits_read(struct limit_counters *counters)
{
    struct files files = opened ? kept : open_files();
    counters->oom_kills = read_limit(files.memory, "oom_kill");
    counters->pids_refused = read_limit(files.pids, "max");
    if (!opened) {
        close_fd(&files.memory);
        close_fd(&files.pids);
    }
}
