/* SPDX-License-Identifier: GPL-2.0-only */
/* --modules and --modules-file, as what is frozen. */
#ifndef BPFLOCK_LISTED_H
#define BPFLOCK_LISTED_H

#include "kernel/trusted.h"
#include "options/request.h"

/*
 * Puts the list of modules that @options ask for into @policy and @to, whose lists the caller
 * frees, and says what of it is not there: 0, or an exit status after having said why.
 */
int listed(const struct options *options, struct policy *policy, struct trusted *to, void *own);

#endif
