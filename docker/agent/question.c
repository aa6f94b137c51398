#include "question.h"

#include "frame.h"
#include "modes.h"
#include "title.h"
#include "util.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 8
#define PATIENCE_S 30
#define STATUS_PROTOCOL_ERROR 2

static const struct question {
    const char *name;
    int (*run)(int argc, char **argv);
} questions[] = {
    { "ps", run_ps },
    { "ports", run_ports },
    { "forward", run_forward },
    { "version", run_version },
};

/* The connection is descriptor 1, which no question writes to but through the two streams. */
static ssize_t write_frames(void *cookie, const char *bytes, size_t length)
{
    char type = *(const char *)cookie;
    for (size_t done = 0; done < length;) {
        size_t size = length - done < FRAME_PAYLOAD_MAX ? length - done : FRAME_PAYLOAD_MAX;
        if (!write_frame(STDOUT_FILENO, type, bytes + done, size))
            return 0;
        done += size;
    }
    return (ssize_t)length;
}

static bool redirect(FILE **stream, char *type)
{
    const cookie_io_functions_t functions = { .write = write_frames };
    FILE *file = fopencookie(type, "w", functions);
    if (file == NULL || setvbuf(file, NULL, _IOFBF, FRAME_PAYLOAD_MAX) != 0)
        return false;
    *stream = file;
    return true;
}

static bool read_all(int fd, void *data, size_t length)
{
    return recv(fd, data, length, MSG_WAITALL) == (ssize_t)length;
}

/* The arguments of the question, NULL at the end; their number, or -1 when it is not well formed. */
static int parse(char *text, size_t length, char **arguments)
{
    int count = 0;
    if (length == 0 || text[length - 1] != '\0')
        return -1;
    for (char *item = text; item < text + length; item += strlen(item) + 1) {
        if (strncmp(item, "arg=", 4) != 0 || count == ARGUMENTS_MAX)
            return -1;
        arguments[count++] = item + 4;
    }
    arguments[count] = NULL;
    return count;
}

/* Reads a frame of at most `size` bytes; its length, or -1. */
static ssize_t read_question(int fd, char *text, size_t size)
{
    uint8_t header[FRAME_HEADER];
    if (!read_all(fd, header, sizeof header))
        return -1;
    size_t length = (size_t)header[1] << 24 | (size_t)header[2] << 16 | (size_t)header[3] << 8 | header[4];
    return length <= size && read_all(fd, text, length) ? (ssize_t)length : -1;
}

static void fault(const char *text)
{
    write_frame(STDOUT_FILENO, 'E', text, strlen(text));
}

static int run(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (strcmp(argv[0], questions[i].name) == 0)
            return questions[i].run(argc - 1, argv + 1);
    return 64;
}

static void prepare(int fd)
{
    struct timeval patience = { .tv_sec = PATIENCE_S };
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(fd, STDOUT_FILENO);
    dup2(null, STDIN_FILENO);
    close(null);
    close(fd);
    setsockopt(STDOUT_FILENO, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(STDOUT_FILENO, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

void question_answer(int fd)
{
    static char text[4096], out = '1', err = '2';
    char *arguments[ARGUMENTS_MAX + 1];
    prepare(fd);
    ssize_t length = read_question(STDOUT_FILENO, text, sizeof text);
    int count = length < 0 ? -1 : parse(text, (size_t)length, arguments);
    if (count < 1) {
        fault("protocol error: bad question");
        return;
    }
    if (!redirect(&stdout, &out) || !redirect(&stderr, &err)) {
        fault("the agent has too little memory");
        return;
    }
    int status = run(count, arguments);
    char answer[32];
    int size = snprintf(answer, sizeof answer, "code=%d", status);
    if (fflush(stdout) == 0 && fflush(stderr) == 0)
        write_frame(STDOUT_FILENO, 'X', answer, (size_t)size + 1);
    shutdown(STDOUT_FILENO, SHUT_RDWR);
}
