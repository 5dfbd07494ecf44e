/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of --list. */
#ifndef BPFLOCK_LIST_H
#define BPFLOCK_LIST_H

#include "words/operations.h"

/* Prints the operations of this kernel, and which of them @profile covers. */
void list_print(const struct operation_words *words, const struct operations *ops,
		enum policy_profile profile);

#endif
