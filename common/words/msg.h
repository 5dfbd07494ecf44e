/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program says: data on standard output, talk on standard error. */
#ifndef BPFLOCK_MSG_H
#define BPFLOCK_MSG_H

#include <stdbool.h>

#define MSG_PRINTF __attribute__((format(printf, 1, 2)))

/*
 * Sets the program's @name (kept, not copied), routes libbpf's own messages, and has the end of
 * the process say what of standard output was lost, with EX_IOERR.
 */
void msg_init(const char *name);
/* That name. */
const char *msg_program(void);
/* @quiet drops warnings and the line of success; @verbose lets libbpf speak. */
void msg_level(bool quiet, bool verbose);

MSG_PRINTF void msg_error(const char *format, ...);
MSG_PRINTF void msg_warning(const char *format, ...);
/* One line of success on standard output. */
MSG_PRINTF void msg_say(const char *format, ...);

/* Flushes standard output: 0, or a negative errno if something printed was lost. */
int msg_flush(void);

/* Nobody reads standard output any more, and that is no error. */
void msg_forget(void);

#endif
