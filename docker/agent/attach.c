#include "attach.h"

#include "list.h"
#include "mailbox.h"
#include "modes.h"
#include "util.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define PATIENCE_S 30
#define STATUS_TRY_AGAIN 75

void limit_patience(int fd)
{
    struct timeval patience = { .tv_sec = PATIENCE_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

static void refuse(int fd, const char *reason)
{
    write_frame(fd, 'E', reason, strlen(reason));
    shutdown(fd, SHUT_RDWR);
}

void attach_connection(int fd)
{
    static struct list list;
    uint64_t frames = 0;
    char answer[256];
    limit_patience(fd);
    const char *id = list_read(&list, fd) && list.count == 2 ? list_value(&list, 0, "id") : NULL;
    const char *number = id == NULL ? NULL : list_value(&list, 1, "frames");
    if (number == NULL || !session_id_valid(id) || !parse_decimal(number, strlen(number), INT64_MAX, &frames)) {
        refuse(fd, "protocol error: bad attachment");
        return;
    }
    enum mail_result result = mail_send(id, fd, frames, answer, sizeof answer);
    if (result == MAIL_NO_SESSION)
        refuse(fd, "no such session");
    else if (result == MAIL_NO_ANSWER)
        refuse(fd, "the session does not answer");
    else if (strcmp(answer, "ok") != 0)
        refuse(fd, answer);
}

int run_sessions(int argc, char **argv)
{
    (void)argv;
    DIR *directory = argc == 0 && mailbox_directory() != NULL ? opendir(mailbox_directory()) : NULL;
    if (directory == NULL)
        return argc == 0 ? 71 : 64;
    int status = 0;
    const char *separator = "";
    struct dirent *entry;
    putchar('[');
    while (status == 0 && (entry = readdir(directory)) != NULL) {
        char text[256];
        if (!session_id_valid(entry->d_name))
            continue;
        enum mail_result result = mail_send(entry->d_name, -1, 0, text, sizeof text);
        if (result == MAIL_ANSWERED) {
            printf("%s%s", separator, text);
            separator = ",";
        } else if (result == MAIL_NO_ANSWER) {
            fprintf(stderr, "session %s does not answer\n", entry->d_name);
            status = STATUS_TRY_AGAIN;
        }
    }
    puts("]");
    closedir(directory);
    return status;
}
