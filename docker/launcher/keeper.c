#include "keeper.h"

#include "request.h"
#include "run.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MS 10000
#define FIRST_BYTES 65536

struct buffer {
    uint8_t *data;
    size_t length, size;
};

/* What the launcher got from the server is not for sandboxes, bubblewrap or the request. */
static void detach(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
        _exit(71);
    close(null);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
}

static bool same_user(int connection)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

/* Waits for a connection, or for the sandbox to break; -1 then. Another keeper may be faster. */
static int take_connection(int listener, int control)
{
    for (;;) {
        struct pollfd pollers[2] = {{.fd = listener, .events = POLLIN}, {.fd = control, .events = POLLIN}};
        if (poll(pollers, 2, -1) < 0 && errno != EINTR)
            return -1;
        if (pollers[1].revents != 0)
            return -1;
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection >= 0 && same_user(connection))
            return connection;
        if (connection >= 0)
            close(connection);
    }
}

static bool grow(struct buffer *buffer)
{
    if (buffer->length < buffer->size)
        return true;
    size_t size = buffer->size == 0 ? FIRST_BYTES : buffer->size * 2;
    uint8_t *data = size > REQUEST_MAX * 2 ? NULL : realloc(buffer->data, size);
    if (data == NULL)
        return false;
    buffer->data = data;
    buffer->size = size;
    return true;
}

/* Reads until the request is whole. */
static bool read_request(int connection, struct buffer *buffer)
{
    int64_t deadline = now_ms() + REQUEST_MS;
    for (;;) {
        struct pollfd poller = {.fd = connection, .events = POLLIN};
        int64_t left = deadline - now_ms();
        if (!grow(buffer) || left <= 0 || poll(&poller, 1, (int)left) <= 0)
            return false;
        ssize_t got = read(connection, buffer->data + buffer->length, buffer->size - buffer->length);
        if (got <= 0)
            return false;
        buffer->length += (size_t)got;
        enum request_state state = request_state(buffer->data, buffer->length);
        if (state != REQUEST_PARTIAL)
            return state == REQUEST_WHOLE;
    }
}

static void serve(struct sandbox *sandbox, bool prepared, int connection)
{
    struct buffer buffer = {NULL, 0, 0};
    if (!read_request(connection, &buffer))
        send_error(connection, "the request is malformed, too large or late");
    else if (!prepared)
        send_error(connection, "no sandbox could be made; the server's log says why");
    else
        run_request(sandbox, buffer.data, buffer.length, connection);
}

_Noreturn void keeper_main(const struct plan *plan, const struct cgroups *groups, unsigned slot, int listener, int taken)
{
    static struct sandbox sandbox;
    detach();
    bool prepared = sandbox_prepare(plan, groups, slot, &sandbox);
    /* One that cannot make a sandbox takes a connection nevertheless, to say so. */
    int connection = take_connection(listener, prepared ? sandbox.control : -1);
    unsigned char number = (unsigned char)slot;
    if (connection >= 0) {
        write_all(taken, &number, 1);
        serve(&sandbox, prepared, connection);
        close(connection);
    }
    sandbox_discard(&sandbox);
    _exit(connection >= 0 ? 0 : 75);
}
