#include "title.h"

#include <stdio.h>
#include <string.h>

static char *place;
static size_t room;

void title_open(int argc, char **argv)
{
    /* The kernel puts them one behind the other. */
    if (argc > 0) {
        place = argv[0];
        room = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]);
    }
}

void title_set(const char *mode, const char *argument)
{
    if (place == NULL)
        return;
    char text[256];
    int length = snprintf(text, sizeof text, "agent%c%s%c%s", 0, mode, 0, argument);
    size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    memset(place, 0, room);
    memcpy(place, text, size < room ? size : room);
}
