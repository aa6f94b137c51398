#include "list.h"

#include "frame.h"

#include <string.h>
#include <sys/socket.h>

static bool read_all(int fd, void *data, size_t length)
{
    return length == 0 || recv(fd, data, length, MSG_WAITALL) == (ssize_t)length;
}

bool list_read(struct list *list, int fd)
{
    uint8_t header[FRAME_HEADER];
    if (!read_all(fd, header, sizeof header))
        return false;
    size_t length = (size_t)header[1] << 24 | (size_t)header[2] << 16 | (size_t)header[3] << 8 | header[4];
    if (length > sizeof list->text || !read_all(fd, list->text, length))
        return false;
    if (length == 0 || list->text[length - 1] != '\0')
        return false;
    list->count = 0;
    for (const char *item = list->text; item < list->text + length; item += strlen(item) + 1) {
        if (list->count == LIST_ITEMS)
            return false;
        list->items[list->count++] = item;
    }
    return true;
}

const char *list_value(const struct list *list, size_t index, const char *key)
{
    size_t length = strlen(key);
    if (index >= list->count || strncmp(list->items[index], key, length) != 0 || list->items[index][length] != '=')
        return NULL;
    return list->items[index] + length + 1;
}
