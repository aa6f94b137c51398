#ifndef AGENT_PRIVILEGES_H
#define AGENT_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Becomes this user for good: no supplementary groups, no capability in any set, none to be gained by executing
 * a file. False, with errno, when any of it fails; the caller must not go on then.
 */
bool privileges_drop(uid_t uid, gid_t gid);

/* Only the last part: nothing to be gained by executing a file. Others stay as they are. */
bool privileges_drop_bounding_set(void);

#endif
