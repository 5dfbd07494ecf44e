// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "words/profile.h"

static const struct {
	const char *word;
	enum policy_profile profile;
} profiles[] = {
	/* The canonical name of each comes first. */
	{ "allow", PROFILE_ALLOW },	  { "none", PROFILE_ALLOW },
	{ "privileged", PROFILE_ALLOW },  { "baseline", PROFILE_BASELINE },
	{ "restrict", PROFILE_BASELINE }, { "restricted", PROFILE_RESTRICTED },
	{ "deny", PROFILE_RESTRICTED },
};

#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

enum policy_profile profile_find(const char *word)
{
	for (size_t i = 0; i < PROFILES; i++)
		if (!strcmp(profiles[i].word, word))
			return profiles[i].profile;
	return 0;
}

const char *profile_name(enum policy_profile profile)
{
	for (size_t i = 0; i < PROFILES; i++)
		if (profiles[i].profile == profile)
			return profiles[i].word;
	return "unknown";
}
