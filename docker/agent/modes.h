#ifndef AGENT_MODES_H
#define AGENT_MODES_H

/* What the program can be run as. Each takes the arguments after the mode's name and returns the exit status. */
int run_version(int argc, char **argv);
int run_exec(int argc, char **argv);
int run_init(int argc, char **argv);
int run_ps(int argc, char **argv);
int run_sessions(int argc, char **argv); /* only where init has a socket */
int run_ports(int argc, char **argv);
int run_forward(int argc, char **argv);

#endif
