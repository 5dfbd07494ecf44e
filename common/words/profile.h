/* SPDX-License-Identifier: GPL-2.0-only */
/* Profiles by name. */
#ifndef BPFLOCK_PROFILE_H
#define BPFLOCK_PROFILE_H

#include "abi/policy.h"

#define PROFILE_WORDS "allow, none, privileged, baseline, restrict, restricted, deny"

/* The profile called exactly @word, or 0. */
enum policy_profile profile_find(const char *word);

/* The canonical name of @profile. */
const char *profile_name(enum policy_profile profile);

#endif
