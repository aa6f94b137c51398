#ifndef AGENT_TITLE_H
#define AGENT_TITLE_H

/* Room for a title that init leaves in its own arguments, as a process cannot make them longer. */
#define TITLE_ROOM 96

/* Remembers where the arguments of this process are. */
void title_open(int argc, char **argv);

/*
 * Shows this process as `agent MODE ARGUMENT` from now on: that is how the processes of an exec are found. What does
 * not fit is cut.
 */
void title_set(const char *mode, const char *argument);

#endif
