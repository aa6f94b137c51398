#include "listeners.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATE_LISTEN 0x0a

static const uint8_t resolver[4] = { 127, 0, 0, 11 };

static bool add(struct listeners *listeners, const struct listener *listener)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (memcmp(&listeners->items[i], listener, sizeof *listener) == 0)
            return true;
    if (listeners->count == listeners->capacity) {
        size_t capacity = listeners->capacity == 0 ? 32 : listeners->capacity * 2;
        struct listener *items = realloc(listeners->items, capacity * sizeof *items);
        if (items == NULL)
            return false;
        listeners->items = items;
        listeners->capacity = capacity;
    }
    listeners->items[listeners->count++] = *listener;
    return true;
}

/* The kernel prints each 32-bit word of an address as the number it is in the machine's own byte order. */
static bool parse_address(const char *text, int words, uint8_t *address)
{
    for (int i = 0; i < words; i++) {
        uint32_t word;
        if (sscanf(text + 8 * i, "%8x", &word) != 1)
            return false;
        memcpy(address + 4 * i, &word, sizeof word);
    }
    return true;
}

static bool read_table(struct listeners *listeners, const char *path, int family)
{
    int words = family == AF_INET ? 1 : 4;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        char local[33];
        unsigned port, state;
        struct listener listener;
        memset(&listener, 0, sizeof listener); /* padding too: they are compared as bytes */
        if (sscanf(line, " %*[0-9]: %32[0-9A-Fa-f]:%4x %*[0-9A-Fa-f]:%*4x %2x", local, &port, &state) != 3)
            continue;
        if (state != STATE_LISTEN || (int)strlen(local) != 8 * words || !parse_address(local, words, listener.address))
            continue;
        if (family == AF_INET && memcmp(listener.address, resolver, sizeof resolver) == 0)
            continue;
        listener.family = family;
        listener.port = (uint16_t)port;
        add(listeners, &listener);
    }
    fclose(file);
    return true;
}

bool listeners_read(struct listeners *listeners)
{
    *listeners = (struct listeners){ 0 };
    bool v4 = read_table(listeners, "/proc/net/tcp", AF_INET);
    bool v6 = read_table(listeners, "/proc/net/tcp6", AF_INET6);
    return v4 || v6;
}

void listeners_free(struct listeners *listeners)
{
    free(listeners->items);
    *listeners = (struct listeners){ 0 };
}

bool listener_is_loopback(const struct listener *listener)
{
    static const uint8_t loopback6[16] = { [15] = 1 };
    if (listener->family == AF_INET)
        return listener->address[0] == 127;
    return memcmp(listener->address, loopback6, sizeof loopback6) == 0;
}
