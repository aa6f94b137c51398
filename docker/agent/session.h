#ifndef AGENT_SESSION_H
#define AGENT_SESSION_H

#include "frame.h"
#include "input.h"
#include "limits.h"
#include "mailbox.h"
#include "request.h"
#include "retain.h"
#include "tree.h"
#include "usage.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum phase {
    PHASE_AWAITING_START,
    PHASE_LAUNCHING, /* forked; not known yet whether the command could be executed */
    PHASE_RUNNING,
    PHASE_DRAINING,  /* the command, or the whole tree, has ended; its last output is forwarded */
    PHASE_REPORTED,  /* the report is made: what is left is to deliver it */
};

enum cause { CAUSE_NONE, CAUSE_TIMEOUT, CAUSE_CANCELLED, CAUSE_OUTPUT_LIMIT, CAUSE_CPU_LIMIT };

enum ending { ENDING_NOT, ENDING_TERM, ENDING_KILL, ENDING_DONE };

struct stream {
    int fd; /* -1 after its end */
    char type;
    bool bounded; /* draining: forward `left` bytes, what was in the pipe when the command ended */
    size_t left;
};

/* Where the last frame is on its way to the server. */
enum last { LAST_WAITING, LAST_COMPOSED, LAST_SENT };

/*
 * One exec: the server's frames on one side, a command and its process tree on the other. Must run in a process of
 * its own, as it reaps all children of the process and counts their usage.
 */
struct session {
    int in, out;    /* the server's frames; non-blocking, may be any kind of descriptor; -1 once done with */
    int connection; /* the socket that both of them are, which the session closes; else -1 */
    bool server_gone;
    bool finished; /* nothing is left to tell the server */
    int exit_status;
    struct frame_reader reader;
    struct frame_writer writer;
    struct retain retain;
    struct mailbox mailbox;
    bool attached_again; /* by a server that knows no more of the input than this connection says */
    bool stopping;       /* the sandbox is */
    enum phase phase;
    struct request request;
    bool runs;      /* the command has been executed */
    bool announced; /* and the server of this connection knows */
    enum last last;

    pid_t pid;
    int status;
    int terminal;  /* the command's end of it, held so that ours does not fail while nobody else holds it */
    int directory; /* in which the command was started */
    struct input input;
    struct stream streams[2];
    int turn;
    uint64_t forwarded;

    int signals; /* signalfd for SIGCHLD */
    bool more_to_reap;
    bool command_ended, tree_empty;
    int wait_status;
    bool file_size_signal;
    struct tree tree;
    struct usage usage;

    enum cause cause;
    enum ending ending;
    int64_t started_at, ended_at, ending_since, next_kill, hangup_by;
    int64_t reported_at, detached_at; /* the latter 0 while a server is there */
    struct limit_counters limits_before;
    char failure[1280]; /* sent as 'E' in place of the report, unless empty */
    char report[512];
    size_t report_length;
};

/*
 * Takes the two descriptors over; they are the same for a socket, which the session then closes. False when there is
 * too little memory or /proc.
 */
bool session_open(struct session *session, int in, int out);
/* Begins one on a socket in the place of another, of which session_keep said that nothing is left. */
void session_renew(struct session *session, int connection);
/* Runs until the last frame is delivered or the server is gone and the command ended; returns the exit status. */
int session_serve(struct session *session);
/*
 * Keeps what the command left behind: discards its output and reaps it, until none is left. A socket stays open until
 * the server has hung up, but at most a minute. True when the process is as it was before, so that it may serve
 * another session.
 */
bool session_keep(struct session *session);

/* session_control.c */
/* Reads and obeys what the server has sent. */
void control_read(struct session *session);
/* Ends the session because the server broke the protocol. */
void control_fault(struct session *session, const char *reason);
/* The server is not there any more. A session with a window waits for another one, any other is on its own. */
void control_lost(struct session *session);
/* Reads and drops what the server still sends after the last frame. */
void control_drain(struct session *session);
void control_close(struct session *session);

/* session_attach.c */
/* Serves the processes of the agent that ask for this session, or bring it a new connection. */
void attach_read(struct session *session);
/* When a session that no server is attached to gives up waiting for one; -1: it does not wait. */
int64_t attach_due(const struct session *session);
/* Goes on without a server. */
void attach_give_up(struct session *session);

/* session_output.c */
bool output_wants(const struct session *session, const struct stream *stream);
/* Whether something is to be sent as soon as the connection takes it. */
bool output_waiting(const struct session *session);
/* Moves frames to the server until it or the command has to be waited for. */
void output_pump(struct session *session);
void output_begin_drain(struct session *session);
bool output_drained(const struct session *session);

/* session_end.c */
/* Starts to end the whole tree; the first cause stays. */
void end_begin(struct session *session, enum cause cause);
/* Does what is due of the ending; true once no process is left, or it was given up. */
bool end_step(struct session *session, int64_t now);
void end_reap(struct session *session);
/* Makes the report. */
void end_report(struct session *session);

#endif
