/* SPDX-License-Identifier: GPL-2.0-only */
/* The systemd journal, by its native protocol: a datagram of KEY=value lines. */
#ifndef BPFLOCK_JOURNAL_H
#define BPFLOCK_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor to send to, or a negative errno where no journal listens. */
int journal_open(void);
bool journal_is_there(void);

/* Sends the @size bytes at @fields as one entry: 0 or a negative errno. */
int journal_send(int fd, const char *fields, size_t size);

#endif
