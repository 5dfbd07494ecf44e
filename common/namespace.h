/* SPDX-License-Identifier: GPL-2.0-only */
/* Kinds of namespaces: their words, and a child that has left one. */
#ifndef BPFLOCK_NAMESPACE_H
#define BPFLOCK_NAMESPACE_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

/* The words for every kind, comma-separated. */
#define NAMESPACE_KINDS "pid,mnt,net,user,ipc,uts,cgroup,time"

/*
 * Sets in @kinds (enum namespace_kind) what the comma-separated @list says.
 * Returns 0, -EINVAL for an empty item, -ENOENT for an unknown one, which is
 * then in @bad, cut to @size.
 */
int namespace_parse(const char *list, uint32_t *kinds, char *bad, size_t size);

/* Writes the words for @kinds to @text. */
void namespace_names(uint32_t kinds, char *text, size_t size);

/*
 * Runs @try in a child: where @outside, one that is in a fresh namespace of one
 * of @kinds, so that no policy over @kinds trusts it. Returns what @try did, 0
 * or a negative errno above -125, or -ECHILD where there could be no such child.
 */
int namespace_run(uint32_t kinds, bool outside, int (*try)(void));

#endif
