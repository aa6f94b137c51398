#ifndef AGENT_QUESTION_H
#define AGENT_QUESTION_H

/*
 * Reads the question on this connection and answers it with what the mode of that name prints. Other descriptors are
 * closed and the standard ones replaced.
 */
void question_answer(int fd);

#endif
