#include "watch.h"

#include "json.h"
#include "util.h"
#include "entries.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes so close to each other are told together. */
#define WINDOW_MS 50
#define EVENTS_MAX 4096
#define WATCHES_MAX 8192
#define MASK                                                                                                           \
    (IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR         \
        | IN_DONT_FOLLOW | IN_EXCL_UNLINK)

enum type { EVENT_NONE, EVENT_CREATED, EVENT_CHANGED, EVENT_DELETED, EVENT_RENAMED };

struct event {
    enum type type;
    enum kind kind;
    char *path, *from;
};

static const char *const type_names[] = { "", "created", "changed", "deleted", "renamed" };
static const char *const kind_names[] = { "file", "directory", "link", "other" };

static struct {
    struct entries entries;
    int inotify;
    char **excluded;
    struct event events[EVENTS_MAX];
    size_t count;
    uint64_t window;
    int64_t due;          /* when the window ends; 0 where nothing waits */
    bool limited;         /* a directory could not be watched */
    bool overflowed;      /* the kernel dropped events */
    bool ended;           /* the directory itself is gone */
    bool doubtful;        /* a directory was renamed since everything was compared */
    uint64_t look;        /* numbers the looks into directories */
    struct node *leaving; /* was renamed, and where to is not known yet */
    uint32_t cookie;
    struct node **queue; /* directories to look into */
    size_t queued, queue_size;
} watch;

static bool is_excluded(const char *name)
{
    for (char **each = watch.excluded; *each != NULL; each++)
        if (strcmp(*each, name) == 0)
            return true;
    return false;
}

static void unwatch(int number)
{
    inotify_rm_watch(watch.inotify, number);
}

static bool is_within(const struct node *node, const struct node *of)
{
    while (node != NULL && node != of)
        node = node->parent;
    return node != NULL;
}

static void forget(struct node *node)
{
    if (is_within(watch.leaving, node))
        watch.leaving = NULL;
    for (size_t i = 0; i < watch.queued; i++)
        if (is_within(watch.queue[i], node))
            watch.queue[i] = NULL;
    entries_remove(&watch.entries, node, unwatch);
}

/* ---- telling ---- */

static void print_event(const struct event *event)
{
    printf("{\"type\":\"%s\",", type_names[event->type]);
    if (event->from != NULL) {
        fputs("\"from\":", stdout);
        json_string(stdout, (unsigned char *)event->from, strlen(event->from));
        fputs(",\"to\":", stdout);
    } else
        fputs("\"path\":", stdout);
    json_string(stdout, (unsigned char *)event->path, strlen(event->path));
    printf(",\"kind\":\"%s\"}\n", kind_names[event->kind]);
}

/* Ends the window. Blocks when nobody reads; what happens meanwhile waits in the kernel, or overflows there. */
static void tell(void)
{
    for (size_t i = 0; i < watch.count; i++) {
        struct event *event = &watch.events[i];
        if (event->type != EVENT_NONE)
            print_event(event);
        free(event->path);
        free(event->from);
    }
    if (watch.limited)
        puts("{\"type\":\"overflow\",\"reason\":\"limit\"}");
    if (fflush(stdout) != 0)
        exit(74);
    watch.count = 0;
    watch.window++;
    watch.due = 0;
    watch.limited = false;
}

static void note(enum type type, struct node *node, char *from)
{
    char path[PATH_MAX];
    char *copy = entries_path(node, path, sizeof path) ? strdup(path) : NULL;
    if (copy == NULL) {
        watch.limited = true;
        free(from);
        return;
    }
    if (watch.count == EVENTS_MAX)
        tell();
    if (watch.due == 0)
        watch.due = now_ms() + WINDOW_MS;
    node->window = watch.window;
    node->event = watch.count;
    watch.events[watch.count++] = (struct event){ type, node->kind, copy, from };
}

static struct event *waiting(const struct node *node)
{
    return node->window == watch.window ? &watch.events[node->event] : NULL;
}

static void note_changed(struct node *node)
{
    struct event *event = waiting(node);
    if (event == NULL || event->type == EVENT_RENAMED)
        note(EVENT_CHANGED, node, NULL);
}

/* ---- looking ---- */

static void gone(struct node *node)
{
    struct event *event = waiting(node);
    /* Of what is in it somebody may be about to be told, so both its beginning and its end are. */
    bool empty = node->children == NULL;
    bool unknown = event != NULL && event->type == EVENT_CREATED && empty;
    if (event != NULL && event->type != EVENT_RENAMED && empty)
        event->type = EVENT_NONE;
    if (!unknown)
        note(EVENT_DELETED, node, NULL);
    forget(node);
}

static void limit(void)
{
    watch.limited = true;
    if (watch.due == 0)
        watch.due = now_ms() + WINDOW_MS;
}

static void enqueue(struct node *node)
{
    if (watch.queued == watch.queue_size) {
        size_t size = watch.queue_size == 0 ? 64 : watch.queue_size * 2;
        struct node **queue = realloc(watch.queue, size * sizeof *queue);
        if (queue == NULL) {
            limit();
            return;
        }
        watch.queue = queue;
        watch.queue_size = size;
    }
    watch.queue[watch.queued++] = node;
}

static enum kind kind_of(mode_t mode)
{
    return S_ISREG(mode) ? KIND_FILE : S_ISDIR(mode) ? KIND_DIRECTORY : S_ISLNK(mode) ? KIND_LINK : KIND_OTHER;
}

static struct node *add(struct node *parent, const char *name, enum kind kind, bool told)
{
    struct node *node = entries_add(&watch.entries, parent, name, kind);
    if (node == NULL) {
        limit();
        return NULL;
    }
    if (told)
        note(EVENT_CREATED, node, NULL);
    if (kind == KIND_DIRECTORY)
        enqueue(node);
    return node;
}

/*
 * Sets the watch of a directory. What the path leads to can be another directory already, whose rename is still to be
 * read: then its watch is left where it is, unless this is a check.
 */
static bool set_watch(struct node *directory, const char *path, bool check)
{
    if (directory->watch < 0 && watch.entries.watched >= WATCHES_MAX) {
        limit();
        return false;
    }
    int number = inotify_add_watch(watch.inotify, path, MASK);
    if (number < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            limit();
        return false;
    }
    struct node *known = entries_by_watch(&watch.entries, number);
    if (known == directory)
        return true;
    if (known != NULL && !check)
        return false;
    if (known != NULL)
        entries_set_watch(&watch.entries, known, -1);
    entries_set_watch(&watch.entries, directory, number);
    return true;
}

static void drop_unseen(struct node *directory)
{
    for (struct node *child = directory->children, *next; child != NULL; child = next) {
        next = child->next;
        if (child->look != watch.look)
            gone(child);
    }
}

/* The watch comes before the look, so that nothing made in between is missed. */
static void look_into(struct node *directory, bool told, bool check)
{
    char path[PATH_MAX];
    if (!entries_path(directory, path, sizeof path)) {
        limit();
        return;
    }
    if (!set_watch(directory, path, check))
        return;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (list == NULL) {
        close_fd(&fd);
        return;
    }
    watch.look++;
    struct dirent *entry;
    while ((entry = readdir(list)) != NULL) {
        struct stat stat;
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_excluded(name)
            || fstatat(dirfd(list), name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        struct node *node = entries_find(&watch.entries, directory, name);
        if (node != NULL && node->kind != kind_of(stat.st_mode)) {
            gone(node);
            node = NULL;
        } else if (node != NULL && check && node->kind == KIND_DIRECTORY)
            enqueue(node);
        if (node == NULL && (node = add(directory, name, kind_of(stat.st_mode), told)) == NULL)
            break;
        node->look = watch.look;
    }
    bool whole = entry == NULL;
    closedir(list);
    if (check && whole)
        drop_unseen(directory);
}

static void look(bool told, bool check)
{
    while (watch.queued > 0) {
        struct node *node = watch.queue[--watch.queued];
        if (node != NULL)
            look_into(node, told, check);
    }
}

/*
 * After directories were renamed: what was looked into meanwhile can have been another one than was meant. With no
 * event left to read, paths are what they seem, so everything is compared once.
 */
static void check(void)
{
    int unread;
    if (ioctl(watch.inotify, FIONREAD, &unread) == 0 && unread == 0) {
        watch.doubtful = false;
        enqueue(watch.entries.root);
        look(true, true);
    }
}

/* ---- following ---- */

static bool exists(struct node *parent, const char *name, enum kind *kind)
{
    char path[PATH_MAX];
    struct stat stat;
    if (!entries_path(parent, path, sizeof path) || strlen(path) + 1 + strlen(name) >= sizeof path)
        return false;
    strcat(strcat(path, "/"), name);
    if (lstat(path, &stat) != 0)
        return false;
    *kind = kind_of(stat.st_mode);
    return true;
}

/* Something was made at a name or put there: what is there now decides. */
static void appeared(struct node *parent, const char *name)
{
    enum kind kind;
    if (!exists(parent, name, &kind))
        return;
    struct node *known = entries_find(&watch.entries, parent, name);
    if (known != NULL && known->kind == kind && kind != KIND_DIRECTORY) {
        note_changed(known);
        return;
    }
    if (known != NULL && known->kind == kind && known->watch >= 0) {
        /* A directory found by an earlier look, or another one in its place: only its own watch tells. */
        int before = known->watch;
        char path[PATH_MAX];
        if (entries_path(known, path, sizeof path) && inotify_add_watch(watch.inotify, path, MASK) == before)
            return;
    }
    if (known != NULL)
        gone(known);
    add(parent, name, kind, true);
    look(true, false);
}

/* A name was left and nobody says where to: out of the tree, or something else was exchanged for it. */
static void settle(void)
{
    struct node *node = watch.leaving;
    enum kind kind;
    watch.leaving = NULL;
    if (node == NULL)
        return;
    if (exists(node->parent, node->name, &kind) && kind == node->kind && kind != KIND_DIRECTORY)
        note_changed(node);
    else {
        struct node *parent = node->parent;
        char name[NAME_MAX + 1];
        snprintf(name, sizeof name, "%s", node->name);
        gone(node);
        appeared(parent, name);
    }
}

static void moved(struct node *node, struct node *parent, const char *name)
{
    char path[PATH_MAX];
    struct event *event = waiting(node);
    struct node *replaced = entries_find(&watch.entries, parent, name);
    bool made_for_it = event != NULL && event->type == EVENT_CREATED && node->kind != KIND_DIRECTORY;
    bool replaces = replaced != NULL && replaced != node && !is_within(node, replaced);
    char *from = entries_path(node, path, sizeof path) ? strdup(path) : NULL;
    if (is_within(parent, node) || from == NULL) {
        free(from);
        watch.doubtful = true;
        return;
    }
    if (replaces)
        forget(replaced);
    if ((node = entries_move(&watch.entries, node, parent, name)) == NULL) {
        free(from);
        limit();
    } else if (made_for_it) {
        /* Written beside its place and put there, as editors do: nobody was told of the first name. */
        event->type = EVENT_NONE;
        free(from);
        note(replaces ? EVENT_CHANGED : EVENT_CREATED, node, NULL);
    } else
        note(EVENT_RENAMED, node, from);
    watch.doubtful |= node != NULL && node->kind == KIND_DIRECTORY;
}

static void follow(const struct inotify_event *event)
{
    if (event->mask & IN_MOVED_FROM)
        settle(); /* can forget directories, so it comes before one is found */
    struct node *directory = entries_by_watch(&watch.entries, event->wd);
    if (event->mask & IN_Q_OVERFLOW)
        watch.overflowed = true;
    if (directory == NULL)
        return;
    if (event->mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF)) {
        watch.ended |= directory == watch.entries.root;
        if (event->mask & IN_IGNORED)
            entries_set_watch(&watch.entries, directory, -1);
        return;
    }
    if (event->len == 0 || is_excluded(event->name))
        return;
    watch.doubtful |= (event->mask & IN_ISDIR) && (event->mask & IN_MOVE);
    struct node *node = entries_find(&watch.entries, directory, event->name);
    if (event->mask & (IN_CREATE | IN_MOVED_TO))
        appeared(directory, event->name);
    else if (event->mask & IN_DELETE) {
        if (node != NULL)
            gone(node);
    } else if (event->mask & IN_MOVED_FROM) {
        watch.leaving = node;
        watch.cookie = event->cookie;
    } else if (node == NULL)
        appeared(directory, event->name);
    else if (node->kind != KIND_DIRECTORY)
        note_changed(node);
}

/* Follows a rename whose second half is among the events; other processes' events can lie between. */
static void pair(char *at, const char *end)
{
    while (watch.leaving != NULL && at < end) {
        struct inotify_event *event = (struct inotify_event *)at;
        at += sizeof *event + event->len;
        if (!(event->mask & IN_MOVED_TO) || event->cookie != watch.cookie)
            continue;
        struct node *directory = entries_by_watch(&watch.entries, event->wd);
        struct node *node = watch.leaving;
        if (directory == NULL || is_excluded(event->name))
            return;
        event->mask = 0; /* done with; its name stays */
        watch.leaving = NULL;
        moved(node, directory, event->name);
    }
}

static bool read_events(void)
{
    static char buffer[64 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t length = read(watch.inotify, buffer, sizeof buffer);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    pair(buffer, buffer + length);
    settle();
    for (char *at = buffer; at < buffer + length;) {
        struct inotify_event *event = (struct inotify_event *)at;
        at += sizeof *event + event->len;
        if (event->mask == 0)
            continue;
        follow(event);
        pair(at, buffer + length);
    }
    return true;
}

/* Begins anew with what is there now. */
static bool begin(void)
{
    if (watch.inotify >= 0) {
        close(watch.inotify);
        entries_close(&watch.entries);
    }
    watch.leaving = NULL;
    watch.overflowed = watch.doubtful = false;
    watch.queued = 0;
    watch.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch.inotify < 0 || !entries_open(&watch.entries)) {
        perror("cannot watch");
        return false;
    }
    enqueue(watch.entries.root);
    look(false, false);
    if (watch.entries.root->watch < 0) {
        fputs("cannot watch: no watch is left\n", stderr);
        return false;
    }
    return true;
}

static bool overflow(void)
{
    for (size_t i = 0; i < watch.count; i++)
        watch.events[i].type = EVENT_NONE;
    tell();
    if (!begin())
        return false;
    puts("{\"type\":\"overflow\",\"reason\":\"events\"}");
    tell();
    return true;
}

static int serve(void)
{
    while (!watch.ended) {
        struct pollfd polled[] = { { .fd = watch.inotify, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
        int64_t left = watch.due == 0 ? -1 : watch.due - now_ms();
        if (watch.leaving != NULL && watch.due == 0)
            left = WINDOW_MS;
        int ready = poll(polled, 2, (int)(watch.due != 0 && left < 0 ? 0 : left));
        char discarded[512];
        if (ready < 0 && errno != EINTR)
            return 71;
        if (ready > 0 && polled[1].revents != 0 && read(0, discarded, sizeof discarded) <= 0)
            return 0;
        if (ready > 0 && polled[0].revents != 0 && !read_events())
            return 71;
        if (watch.overflowed && !overflow())
            return 71;
        if (ready == 0)
            settle();
        if (watch.doubtful && watch.leaving == NULL)
            check();
        if (watch.due != 0 && now_ms() >= watch.due)
            tell();
    }
    tell();
    return 0;
}

int run_watch(int argc, char **argv)
{
    if (argc < 1) {
        fputs("usage: agent watch DIR [NAME...]\n", stderr);
        return 64;
    }
    watch.excluded = argv + 1;
    watch.inotify = -1;
    watch.window = 1;
    if (chdir(argv[0]) != 0) {
        perror("cannot watch");
        return 71;
    }
    if (!begin())
        return 71;
    puts("{\"type\":\"ready\"}");
    tell();
    return serve();
}
