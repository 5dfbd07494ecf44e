/* SPDX-License-Identifier: GPL-2.0-only */
/* From what was learnt, recorded and is loaded to a list of modules. */
#ifndef BPFLOCK_SUGGEST_H
#define BPFLOCK_SUGGEST_H

/* Prints the list, with who asked for each: an exit status after having said why it is not 0. */
int suggest(void);

#endif
