/* SPDX-License-Identifier: GPL-2.0-only */
/* Harmless ways to have the hooks decide; see struct tool_test. */
#ifndef BPFLOCK_TRIES_H
#define BPFLOCK_TRIES_H

int try_unload(unsigned int op);
int try_memory(unsigned int op);
int try_file(unsigned int op);
int try_named_memory(unsigned int op); /* a module that has a name, which no list has */
int try_named_file(unsigned int op);
int try_unsigned(unsigned int op);
int try_request(unsigned int op);
int try_unprivileged(unsigned int op);

#endif
