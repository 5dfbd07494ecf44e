/* SPDX-License-Identifier: GPL-2.0-only */
/* Kinds of namespaces: their words, and what clone(2) calls them. */
#ifndef BPFLOCK_KINDS_H
#define BPFLOCK_KINDS_H

#include <stddef.h>
#include <stdint.h>

/* The words for every kind, comma-separated. */
#define KINDS_WORDS "pid,mnt,net,user,ipc,uts,cgroup,time"

/* The word none: to be in any initial namespace makes nobody trusted. */
#define KINDS_NONE (1U << 31)

/*
 * Sets in @kinds (enum namespace_kind, KINDS_NONE) what the comma-separated @list says, with blanks
 * around the words or not. Returns 0, -EINVAL for an empty item, -ENOENT for an unknown one, which
 * is then in @bad, cut to @size.
 */
int kinds_parse(const char *list, uint32_t *kinds, char *bad, size_t size);

/* Writes the words for @kinds to @text. */
void kinds_names(uint32_t kinds, char *text, size_t size);

/*
 * The flag that makes a new namespace of one of @kinds (clone(2): CLONE_NEW*), the one that takes
 * least from a process; 0 for none.
 */
int kinds_clone(uint32_t kinds);

#endif
