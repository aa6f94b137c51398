#ifndef AGENT_LIST_H
#define AGENT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define LIST_SIZE 4096
#define LIST_ITEMS 8

/* The list of `key=value` strings that a short frame carries. */
struct list {
    char text[LIST_SIZE];
    const char *items[LIST_ITEMS];
    size_t count;
};

/* Reads one frame from a blocking socket; false when there is none, or it does not hold such a list. */
bool list_read(struct list *list, int fd);
/* The value of item `index`, which must have this key; else NULL. */
const char *list_value(const struct list *list, size_t index, const char *key);

#endif
