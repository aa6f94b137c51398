#ifndef AGENT_REQUEST_H
#define AGENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#define REQUEST_MAX (1024 * 1024)
#define SESSION_ID_MAX 64

/* What to run and how, as the server's start frames say. */
struct request {
    char *text; /* the frames' payloads joined; the strings below point into it */
    size_t length, capacity;
    const char *cwd, *id; /* either may be NULL */
    char **argv, **envp;
    bool has_uid, has_gid;
    uid_t uid;
    gid_t gid;
    uint64_t timeout_ms; /* 0: none */
    uint64_t max_output; /* 0: none */
    uint64_t cpu_ms;     /* 0: none */
    bool terminal;       /* the command gets one, of this size */
    struct winsize size;
    uint64_t window;     /* 0: none */
    uint64_t linger_ms;
    bool stdin_open;
    bool kill_children;
};

/* Adds one start frame's payload; false when the request grows over REQUEST_MAX or memory ends. */
bool request_append(struct request *request, const void *payload, size_t length);
/* Reads the joined text; returns what is wrong with it, or NULL. */
const char *request_parse(struct request *request);
/* Whether this is 1 to SESSION_ID_MAX letters, digits, dashes and underscores. */
bool session_id_valid(const char *id);
void request_free(struct request *request);

#endif
