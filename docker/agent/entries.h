#ifndef AGENT_ENTRIES_H
#define AGENT_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of a directory tree: every entry by its parent and name, every watched directory by its watch. */

enum kind { KIND_FILE, KIND_DIRECTORY, KIND_LINK, KIND_OTHER };

struct node {
    struct node *parent; /* NULL for the root */
    struct node *children, *previous, *next;
    struct node *same_name, *same_watch; /* chains of the two tables */
    enum kind kind;
    int watch;         /* of a watched directory, else -1 */
    uint64_t window;   /* the window in which `event` is meant */
    size_t event;      /* its last event in that window */
    uint64_t look;     /* the last look that saw it */
    char name[];
};

struct entries {
    struct node *root;
    struct node **names, **watches;
    size_t count, watched;
};

/* Nothing but a root; false without memory. */
bool entries_open(struct entries *entries);
void entries_close(struct entries *entries);

struct node *entries_find(const struct entries *entries, const struct node *parent, const char *name);
struct node *entries_by_watch(const struct entries *entries, int watch);

/* NULL without memory, or when there are too many. */
struct node *entries_add(struct entries *entries, struct node *parent, const char *name, enum kind kind);

/* Gives the entry, which may be a whole subtree, another place; NULL without memory, and the old entry is gone then. */
struct node *entries_move(struct entries *entries, struct node *node, struct node *parent, const char *name);

void entries_set_watch(struct entries *entries, struct node *node, int watch);

/* Forgets the entry and all below it; tells the watches that are thereby of no use. */
void entries_remove(struct entries *entries, struct node *node, void (*unwatch)(int watch));

/* The path from the root, "." for the root itself; false when it is too long. */
bool entries_path(const struct node *node, char *buffer, size_t size);

#endif
