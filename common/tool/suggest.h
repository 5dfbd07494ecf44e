/* SPDX-License-Identifier: GPL-2.0-only */
/* From records to settings. */
#ifndef BPFLOCK_TOOL_SUGGEST_H
#define BPFLOCK_TOOL_SUGGEST_H

#include "tool/lock.h"

/*
 * Prints a settings file that lets pass what is on record of who the profile does not trust, with a
 * comment for each line; warns of lines that make what else is denied void. An exit status, after
 * having said why it is not 0.
 */
int suggest_run(const struct run *run);

#endif
