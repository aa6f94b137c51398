#ifndef AGENT_MAILBOX_H
#define AGENT_MAILBOX_H

#include "request.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How the other processes of the agent reach the keeper of a session: a socket of its own beside that of init, with
 * the name of the session, in a directory which only root can enter. Each message comes with a descriptor for the
 * answer, a single text, and an attachment with the new connection as well.
 */
struct mailbox {
    int fd; /* non-blocking; -1: none */
    char id[SESSION_ID_MAX + 1];
};

struct mail {
    bool attaches;   /* else it asks for the state */
    uint64_t frames; /* how many frames the server of the new connection has */
    int answer, connection;
};

/* Makes the directory of init's socket the place of all mailboxes. */
void mailbox_place(const char *socket_path);
/* NULL when there is none. */
const char *mailbox_directory(void);

/* NULL, or why there can be no mailbox of this name. */
const char *mailbox_open(struct mailbox *mailbox, const char *id);
/* Takes one message, whose descriptors are the caller's to close; false when there is none. */
bool mailbox_receive(struct mailbox *mailbox, struct mail *mail);
void mail_answer(struct mail *mail, const char *text);
void mailbox_close(struct mailbox *mailbox);

enum mail_result { MAIL_ANSWERED, MAIL_NO_SESSION, MAIL_NO_ANSWER };

/* Sends a message, waits for the answer, and puts it into `text`. The connection is attached unless it is -1. */
enum mail_result mail_send(const char *id, int connection, uint64_t frames, char *text, size_t size);

#endif
