/* How requests are read: good ones, bad ones, and random changes of good ones, under the address sanitizer. */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTATIONS 200000

static int checks;

#define CHECK(condition) \
    do { \
        checks++; \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

static const char LIMITS[] = "wall_ms=1\0cpu_ms=2\0memory=1048576\0pids=4\0cpus_milli=1000\0file=4096\0max_output=7";

static size_t put(uint8_t *target, char type, const void *payload, size_t length)
{
    target[0] = (uint8_t)type;
    for (int i = 0; i < 4; i++)
        target[1 + i] = (uint8_t)(length >> (24 - 8 * i));
    memcpy(target + FRAME_HEADER, payload, length);
    return FRAME_HEADER + length;
}

static size_t good(uint8_t *target)
{
    size_t at = put(target, 'L', LIMITS, sizeof LIMITS);
    at += put(target + at, 'a', "true", 4);
    at += put(target + at, 'e', "A=b", 3);
    at += put(target + at, 'f', "a/b\0content", 11);
    at += put(target + at, 'i', "input", 5);
    return at + put(target + at, 'G', "", 0);
}

static bool parses(const char *list, size_t length)
{
    struct limits limits;
    struct frame frame = {'L', length, (const uint8_t *)list};
    return limits_parse(&frame, &limits);
}

static bool path_of(const char *bytes, size_t length)
{
    uint8_t *copy = malloc(length == 0 ? 1 : length);
    memcpy(copy, bytes, length);
    struct frame frame = {'f', length, copy};
    bool valid = path_valid(&frame);
    free(copy);
    return valid;
}

/* Everything that reads a request, on bytes that may be anything. */
static void read_all(const uint8_t *data, size_t length)
{
    uint8_t *copy = malloc(length);
    memcpy(copy, data, length);
    if (request_state(copy, length) == REQUEST_WHOLE) {
        struct frames frames = {copy, length, 0};
        struct frame frame;
        struct limits limits;
        while (frames_next(&frames, &frame)) {
            limits_parse(&frame, &limits);
            path_valid(&frame);
        }
    }
    free(copy);
}

int main(void)
{
    uint8_t bytes[1024], changed[1024];
    size_t length = good(bytes);
    for (size_t i = 0; i < length; i++)
        CHECK(request_state(bytes, i) == REQUEST_PARTIAL);
    CHECK(request_state(bytes, length) == REQUEST_WHOLE);
    bytes[length] = 0;
    CHECK(request_state(bytes, length + 1) == REQUEST_BROKEN);
    CHECK(request_state((const uint8_t *)"aaaaaaaaaa", 5) != REQUEST_WHOLE);
    put(changed, 'a', "x", 1);
    CHECK(request_state(changed, 6) == REQUEST_BROKEN);

    CHECK(parses(LIMITS, sizeof LIMITS));
    CHECK(!parses(LIMITS, sizeof LIMITS - 1));
    CHECK(!parses("wall_ms=1\0", sizeof "wall_ms=1\0"));
    CHECK(!parses("wall_ms=1\0wall_ms=1\0cpu_ms=2\0memory=1048576\0pids=4\0cpus_milli=1000\0file=4096\0max_output=7", sizeof "wall_ms=1\0wall_ms=1\0cpu_ms=2\0memory=1048576\0pids=4\0cpus_milli=1000\0file=4096\0max_output=7"));
    CHECK(!parses("wall_ms=-1\0cpu_ms=2\0memory=1048576\0pids=4\0cpus_milli=1000\0file=4096\0max_output=7", sizeof "wall_ms=-1\0cpu_ms=2\0memory=1048576\0pids=4\0cpus_milli=1000\0file=4096\0max_output=7"));
    CHECK(!parses("other=1", 8));

    CHECK(path_of("a\0", 2) && path_of("a/b.c/d\0x", 9) && path_of("..a/.b\0", 7));
    CHECK(!path_of("a", 1) && !path_of("\0", 1) && !path_of("", 0));
    CHECK(!path_of("/a\0", 3) && !path_of("a//b\0", 5) && !path_of("a/\0", 3));
    CHECK(!path_of("..\0", 3) && !path_of("a/../b\0", 7) && !path_of("./a\0", 4));
    char longest[1100];
    memset(longest, 'a', sizeof longest);
    longest[1099] = '\0';
    CHECK(!path_of(longest, sizeof longest));

    srand(4711);
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(changed, bytes, length);
        for (int n = rand() % 4; n >= 0; n--)
            changed[(size_t)rand() % length] = (uint8_t)rand();
        read_all(changed, 1 + (size_t)rand() % length);
        read_all(changed, length);
    }
    printf("request: %d checks and %d changed requests passed\n", checks, MUTATIONS);
    return 0;
}
