#include "entries.h"

#include <stdlib.h>
#include <string.h>

#define NAME_BUCKETS 65536
#define WATCH_BUCKETS 4096
#define NODES_MAX 200000

static size_t name_bucket(const struct node *parent, const char *name)
{
    uint64_t hash = (uintptr_t)parent * 0x9e3779b97f4a7c15u ^ 0xcbf29ce484222325u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return (hash ^ hash >> 32) % NAME_BUCKETS;
}

static struct node *new_node(const char *name, enum kind kind)
{
    size_t length = strlen(name) + 1;
    struct node *node = calloc(1, sizeof *node + length);
    if (node == NULL)
        return NULL;
    memcpy(node->name, name, length);
    node->kind = kind;
    node->watch = -1;
    return node;
}

bool entries_open(struct entries *entries)
{
    *entries = (struct entries){ .root = new_node("", KIND_DIRECTORY), .names = calloc(NAME_BUCKETS, sizeof *entries->names),
        .watches = calloc(WATCH_BUCKETS, sizeof *entries->watches) };
    return entries->root != NULL && entries->names != NULL && entries->watches != NULL;
}

static void free_all(struct node *node)
{
    /* Children first, without recursion: a tree can be as deep as a path is long. */
    while (node != NULL) {
        if (node->children != NULL) {
            struct node *child = node->children;
            node->children = child->next;
            child->parent = node;
            node = child;
        } else {
            struct node *parent = node->parent;
            free(node);
            node = parent;
        }
    }
}

void entries_close(struct entries *entries)
{
    free_all(entries->root);
    free(entries->names);
    free(entries->watches);
    *entries = (struct entries){ 0 };
}

struct node *entries_find(const struct entries *entries, const struct node *parent, const char *name)
{
    struct node *node = entries->names[name_bucket(parent, name)];
    while (node != NULL && (node->parent != parent || strcmp(node->name, name) != 0))
        node = node->same_name;
    return node;
}

struct node *entries_by_watch(const struct entries *entries, int watch)
{
    struct node *node = watch < 0 ? NULL : entries->watches[(size_t)watch % WATCH_BUCKETS];
    while (node != NULL && node->watch != watch)
        node = node->same_watch;
    return node;
}

static void link_node(struct entries *entries, struct node *node, struct node *parent)
{
    struct node **bucket = &entries->names[name_bucket(parent, node->name)];
    node->parent = parent;
    node->same_name = *bucket;
    *bucket = node;
    node->previous = NULL;
    node->next = parent->children;
    if (node->next != NULL)
        node->next->previous = node;
    parent->children = node;
    entries->count++;
}

static void unlink_node(struct entries *entries, struct node *node)
{
    struct node **at = &entries->names[name_bucket(node->parent, node->name)];
    while (*at != node)
        at = &(*at)->same_name;
    *at = node->same_name;
    if (node->previous != NULL)
        node->previous->next = node->next;
    else
        node->parent->children = node->next;
    if (node->next != NULL)
        node->next->previous = node->previous;
    entries->count--;
}

struct node *entries_add(struct entries *entries, struct node *parent, const char *name, enum kind kind)
{
    if (entries->count >= NODES_MAX)
        return NULL;
    struct node *node = new_node(name, kind);
    if (node != NULL)
        link_node(entries, node, parent);
    return node;
}

void entries_set_watch(struct entries *entries, struct node *node, int watch)
{
    if (node->watch >= 0) {
        struct node **at = &entries->watches[(size_t)node->watch % WATCH_BUCKETS];
        while (*at != node)
            at = &(*at)->same_watch;
        *at = node->same_watch;
        entries->watched--;
    }
    node->watch = watch;
    if (watch >= 0) {
        struct node **bucket = &entries->watches[(size_t)watch % WATCH_BUCKETS];
        node->same_watch = *bucket;
        *bucket = node;
        entries->watched++;
    }
}

struct node *entries_move(struct entries *entries, struct node *node, struct node *parent, const char *name)
{
    /* The name is part of the entry, so a new one takes its children, its watch and its place. */
    struct node *moved = new_node(name, node->kind);
    if (moved == NULL)
        return NULL;
    moved->window = node->window;
    moved->event = node->event;
    while (node->children != NULL) {
        struct node *child = node->children;
        unlink_node(entries, child);
        link_node(entries, child, moved);
    }
    int watch = node->watch;
    entries_set_watch(entries, node, -1);
    unlink_node(entries, node);
    free(node);
    link_node(entries, moved, parent);
    entries_set_watch(entries, moved, watch);
    return moved;
}

void entries_remove(struct entries *entries, struct node *node, void (*unwatch)(int watch))
{
    struct node *at = node;
    for (;;) {
        if (at->children != NULL) {
            at = at->children;
            continue;
        }
        struct node *parent = at->parent;
        if (at->watch >= 0) {
            unwatch(at->watch);
            entries_set_watch(entries, at, -1);
        }
        bool last = at == node;
        unlink_node(entries, at);
        free(at);
        if (last)
            return;
        at = parent;
    }
}

bool entries_path(const struct node *node, char *buffer, size_t size)
{
    size_t start = size;
    if (node->parent == NULL) {
        memcpy(buffer, ".", sizeof ".");
        return true;
    }
    for (; node->parent != NULL; node = node->parent) {
        size_t length = strlen(node->name);
        if (length + 1 > start)
            return false;
        buffer[start - 1] = start == size ? '\0' : '/';
        start -= length + 1;
        memcpy(buffer + start, node->name, length);
    }
    memmove(buffer, buffer + start, size - start);
    return true;
}
