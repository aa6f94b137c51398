#include "request.h"

#include "retain.h"
#include "terminal.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

#define ID_MAX 4294967294U
#define TIMEOUT_MAX (366ULL * 24 * 3600 * 1000)
#define LINGER_MAX (24ULL * 3600 * 1000)
#define LINGER_DEFAULT (600ULL * 1000)
#define OUTPUT_MAX (1ULL << 60)

enum key { ID, CWD, UID, GID, TIMEOUT, OUTPUT, STDIN, KILL_CHILDREN, WINDOW, LINGER, CPU, PTY, ENV, ARG, KEYS };
static const char *const key_names[KEYS] = {
    "id", "cwd", "uid", "gid", "timeout_ms", "max_output", "stdin", "kill_children", "window", "linger_ms",
    "cpu_ms", "pty", "env", "arg",
};

bool request_append(struct request *request, const void *payload, size_t length)
{
    if (length > REQUEST_MAX - request->length)
        return false;
    if (request->length + length > request->capacity) {
        size_t capacity = request->capacity * 2 > request->length + length
            ? request->capacity * 2 : request->length + length;
        char *text = realloc(request->text, capacity);
        if (text == NULL)
            return false;
        request->text = text;
        request->capacity = capacity;
    }
    if (length > 0)
        memcpy(request->text + request->length, payload, length);
    request->length += length;
    return true;
}

static enum key find_key(const char *name, size_t length)
{
    for (int key = 0; key < KEYS; key++)
        if (strlen(key_names[key]) == length && memcmp(key_names[key], name, length) == 0)
            return (enum key)key;
    return KEYS;
}

static bool parse_flag(const char *value, bool *flag)
{
    uint64_t number;
    if (!parse_decimal(value, strlen(value), 1, &number))
        return false;
    *flag = number == 1;
    return true;
}

bool session_id_valid(const char *id)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = strlen(id);
    return length > 0 && length <= SESSION_ID_MAX && strspn(id, allowed) == length;
}

static bool set_scalar(struct request *request, enum key key, const char *value)
{
    uint64_t number = 0;
    switch (key) {
    case ID:
        request->id = value;
        return session_id_valid(value);
    case CWD:
        request->cwd = value;
        return value[0] == '/';
    case UID:
        request->has_uid = parse_decimal(value, strlen(value), ID_MAX, &number);
        request->uid = (uid_t)number;
        return request->has_uid;
    case GID:
        request->has_gid = parse_decimal(value, strlen(value), ID_MAX, &number);
        request->gid = (gid_t)number;
        return request->has_gid;
    case TIMEOUT:
        return parse_decimal(value, strlen(value), TIMEOUT_MAX, &request->timeout_ms);
    case OUTPUT:
        return parse_decimal(value, strlen(value), OUTPUT_MAX, &request->max_output);
    case STDIN:
        return parse_flag(value, &request->stdin_open);
    case WINDOW:
        return parse_decimal(value, strlen(value), RETAIN_WINDOW_MAX, &request->window)
            && request->window >= RETAIN_WINDOW_MIN;
    case LINGER:
        return parse_decimal(value, strlen(value), LINGER_MAX, &request->linger_ms);
    case CPU:
        return parse_decimal(value, strlen(value), TIMEOUT_MAX, &request->cpu_ms);
    case PTY:
        request->terminal = terminal_parse_size(value, strlen(value), &request->size);
        return request->terminal;
    case KILL_CHILDREN:
        return parse_flag(value, &request->kill_children);
    default:
        return false;
    }
}

static bool make_lists(struct request *request)
{
    size_t strings = 0;
    for (size_t i = 0; i < request->length; i++)
        strings += request->text[i] == '\0';
    request->argv = calloc(strings + 1, sizeof *request->argv);
    request->envp = calloc(strings + 1, sizeof *request->envp);
    return request->argv != NULL && request->envp != NULL;
}

const char *request_parse(struct request *request)
{
    if (request->length == 0 || request->text[request->length - 1] != '\0')
        return "start is not terminated by NUL";
    if (!make_lists(request))
        return "out of memory";
    request->linger_ms = LINGER_DEFAULT;
    size_t args = 0, envs = 0;
    unsigned seen = 0;
    char *end = request->text + request->length;
    for (char *item = request->text; item < end; item += strlen(item) + 1) {
        char *equals = strchr(item, '=');
        enum key key = equals == NULL ? KEYS : find_key(item, (size_t)(equals - item));
        char *value = equals == NULL ? item : equals + 1;
        if (key == KEYS)
            return "unknown key in start";
        if (key == ARG) {
            request->argv[args++] = value;
        } else if (key == ENV) {
            if (value[0] == '=' || strchr(value, '=') == NULL)
                return "bad environment entry in start";
            request->envp[envs++] = value;
        } else if ((seen & 1U << key) != 0) {
            return "repeated key in start";
        } else if (!set_scalar(request, key, value)) {
            return "bad value in start";
        }
        seen |= 1U << key;
    }
    if (args == 0 || request->argv[0][0] == '\0')
        return "no command in start";
    if (request->cwd == NULL)
        return "no cwd in start";
    request->stdin_open |= request->terminal;
    return NULL;
}

void request_free(struct request *request)
{
    free(request->text);
    free(request->argv);
    free(request->envp);
    request->text = NULL;
    request->argv = request->envp = NULL;
    request->cwd = request->id = NULL;
    request->length = request->capacity = 0;
}
