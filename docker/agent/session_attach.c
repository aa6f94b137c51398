#include "session.h"

#include "util.h"

#include <stdio.h>
#include <unistd.h>

/* What a server that is gone has sent is in its socket, so this is soon at the end. */
#define READS_OF_OLD_CONNECTION 64

int64_t attach_due(const struct session *session)
{
    bool waits = session->mailbox.fd >= 0 && session->detached_at > 0;
    if (!waits)
        return -1;
    int64_t since = session->reported_at > session->detached_at ? session->reported_at : session->detached_at;
    return since + (session->stopping ? 0 : (int64_t)session->request.linger_ms);
}

void attach_give_up(struct session *session)
{
    mailbox_close(&session->mailbox);
    control_lost(session);
    retain_close(&session->retain);
}

/* Why this session cannot be continued after that frame, or NULL. */
static const char *refusal(const struct session *session, uint64_t frames)
{
    if (session->finished || session->server_gone)
        return "no such session";
    if (session->failure[0] != '\0')
        return "the session has failed";
    return retain_reaches(&session->retain, frames) ? NULL : "frames are gone";
}

static void attach(struct session *session, struct mail *mail)
{
    control_close(session);
    set_nonblocking(mail->connection);
    session->in = session->out = session->connection = mail->connection;
    mail->connection = -1;
    session->detached_at = 0;
    session->attached_again = true;
    session->announced = false;
    session->last = LAST_WAITING;
    session->reader.begin = session->reader.end = 0;
    session->writer.begin = session->writer.end = 0;
    retain_rewind(&session->retain, mail->frames);
    session->input.unreported = INPUT_WINDOW - session->input.held;
}

static void answer_state(const struct session *session, struct mail *mail)
{
    char text[256];
    snprintf(text, sizeof text, "{\"id\":\"%s\",\"pid\":%d,\"state\":\"%s\",\"frames\":%llu,\"acked\":%llu}",
        session->mailbox.id, (int)session->pid, session->phase == PHASE_REPORTED ? "ended" : "running",
        (unsigned long long)session->retain.cut, (unsigned long long)session->retain.acknowledged);
    mail_answer(mail, text);
}

static void take(struct session *session, struct mail *mail)
{
    if (!mail->attaches) {
        answer_state(session, mail);
        return;
    }
    for (int i = 0; i < READS_OF_OLD_CONNECTION && session->in >= 0 && !session->finished; i++)
        control_read(session);
    const char *reason = refusal(session, mail->frames);
    if (reason == NULL)
        attach(session, mail);
    mail_answer(mail, reason == NULL ? "ok" : reason);
    close_fd(&mail->connection);
}

void attach_read(struct session *session)
{
    struct mail mail;
    while (session->mailbox.fd >= 0 && mailbox_receive(&session->mailbox, &mail))
        take(session, &mail);
}
