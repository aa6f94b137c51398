#include "question.h"

#include "attach.h"
#include "frame.h"
#include "list.h"
#include "modes.h"
#include "util.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct question {
    const char *name;
    int (*run)(int argc, char **argv);
} questions[] = {
    { "ps", run_ps },
    { "ports", run_ports },
    { "forward", run_forward },
    { "sessions", run_sessions },
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

/* The arguments of the question, NULL at the end; false when it is not well formed. */
static bool parse(const struct list *list, char **arguments)
{
    for (size_t i = 0; i < list->count; i++) {
        arguments[i] = (char *)list_value(list, i, "arg");
        if (arguments[i] == NULL)
            return false;
    }
    arguments[list->count] = NULL;
    return true;
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
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(fd, STDOUT_FILENO);
    dup2(null, STDIN_FILENO);
    close(null);
    close(fd);
    limit_patience(STDOUT_FILENO);
}

void question_answer(int fd)
{
    static struct list list;
    static char out = '1', err = '2';
    char *arguments[LIST_ITEMS + 1];
    prepare(fd);
    if (!list_read(&list, STDOUT_FILENO) || !parse(&list, arguments)) {
        fault("protocol error: bad question");
        return;
    }
    if (!redirect(&stdout, &out) || !redirect(&stderr, &err)) {
        fault("the agent has too little memory");
        return;
    }
    int status = run((int)list.count, arguments);
    char answer[32];
    int size = snprintf(answer, sizeof answer, "code=%d", status);
    if (fflush(stdout) == 0 && fflush(stderr) == 0)
        write_frame(STDOUT_FILENO, 'X', answer, (size_t)size + 1);
    shutdown(STDOUT_FILENO, SHUT_RDWR);
}
