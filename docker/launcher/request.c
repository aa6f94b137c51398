#include "request.h"

#include "util.h"

#include <string.h>

#define PATH_BYTES 1023

bool frames_next(struct frames *frames, struct frame *frame)
{
    const uint8_t *at = frames->data + frames->at;
    size_t left = frames->length - frames->at;
    if (left < FRAME_HEADER)
        return false;
    size_t length = (size_t)at[1] << 24 | (size_t)at[2] << 16 | (size_t)at[3] << 8 | at[4];
    if (left - FRAME_HEADER < length)
        return false;
    *frame = (struct frame){.type = (char)at[0], .length = length, .payload = at + FRAME_HEADER};
    frames->at += FRAME_HEADER + length;
    return true;
}

enum request_state request_state(const uint8_t *data, size_t length)
{
    struct frames frames = {data, length, 0};
    struct frame frame;
    for (int count = 0; frames_next(&frames, &frame); count++) {
        if (count > ENTRIES_MAX || strchr("LeafiG", frame.type) == NULL || frame.type == '\0')
            return REQUEST_BROKEN;
        if ((frame.type == 'L') != (count == 0))
            return REQUEST_BROKEN;
        if (frame.type == 'G')
            return frame.length == 0 && frames.at == length ? REQUEST_WHOLE : REQUEST_BROKEN;
    }
    return length >= REQUEST_MAX ? REQUEST_BROKEN : REQUEST_PARTIAL;
}

struct key {
    const char *name;
    size_t offset;
    uint64_t min, max;
};

static const struct key KEYS[] = {
    {"wall_ms", offsetof(struct limits, wall_ms), 1, 86400000},
    {"cpu_ms", offsetof(struct limits, cpu_ms), 1, 86400000},
    {"memory", offsetof(struct limits, memory_bytes), 1 << 20, (uint64_t)1 << 50},
    {"pids", offsetof(struct limits, pids), 1, 1 << 22},
    {"cpus_milli", offsetof(struct limits, cpus_milli), 10, 1 << 20},
    {"file", offsetof(struct limits, file_bytes), 4096, (uint64_t)1 << 50},
    {"max_output", offsetof(struct limits, max_output), 1, (uint64_t)1 << 40},
};
#define KEY_COUNT (sizeof KEYS / sizeof KEYS[0])

static bool take(const char *entry, struct limits *limits, bool *seen)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t length = strlen(KEYS[i].name);
        if (strncmp(entry, KEYS[i].name, length) != 0 || entry[length] != '=')
            continue;
        uint64_t *value = (uint64_t *)(void *)((char *)limits + KEYS[i].offset);
        bool valid = !seen[i] && parse_decimal(entry + length + 1, KEYS[i].max, value) && *value >= KEYS[i].min;
        seen[i] = true;
        return valid;
    }
    return false;
}

bool limits_parse(const struct frame *frame, struct limits *limits)
{
    bool seen[KEY_COUNT] = {false};
    const char *at = (const char *)frame->payload, *end = at + frame->length;
    if (frame->type != 'L' || frame->length == 0 || end[-1] != '\0')
        return false;
    for (; at < end; at += strlen(at) + 1)
        if (!take(at, limits, seen))
            return false;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (!seen[i])
            return false;
    return true;
}

bool path_valid(const struct frame *frame)
{
    const char *path = (const char *)frame->payload;
    const char *end = memchr(path, '\0', frame->length);
    if (end == NULL || end - path > PATH_BYTES)
        return false;
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");
        bool dots = (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.');
        if (length == 0 || length > 255 || dots)
            return false;
        part += length;
        if (*part == '\0')
            return true;
    }
}
