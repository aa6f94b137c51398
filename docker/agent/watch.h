#ifndef AGENT_WATCH_H
#define AGENT_WATCH_H

/*
 * watch DIR [NAME...]: tells what changes below DIR as one JSON object a line, until its input ends. Directories and
 * files of the names given are left out at any depth. Run as the sandbox's user.
 */
int run_watch(int argc, char **argv);

#endif
