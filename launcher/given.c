// SPDX-License-Identifier: GPL-2.0-only
/* What each program is given of the command line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "launcher.h"
#include "words/msg.h"
#include "words/near.h"

void given_add(struct launch *launch, size_t program, const char *arg)
{
	struct launcher_given *given = &launch->given[program];

	if (given->count == LAUNCHER_ARGS_MAX - 1)
		LAUNCHER_DIE(EX_USAGE, "too many options for '%s'", launcher_programs[program]);
	given->args[given->count++] = arg;
}

/* What has a program say something, or stop, and lock nothing: with exit status 0 it would pass for
 * locked. */
static void refuse_talk(size_t program, const char *word, size_t length)
{
	static const char *const talk[] = { "config", "dry-run", "events",  "help",  "list",
					    "remove", "status",	 "suggest", "usage", "version" };

	for (size_t i = 0; i < sizeof(talk) / sizeof(talk[0]); i++)
		if (strlen(talk[i]) == length && !strncmp(talk[i], word, length))
			LAUNCHER_DIE(EX_USAGE,
				     "with --%s '%s' locks nothing; run it by itself: %s --%s",
				     talk[i], launcher_programs[program],
				     launcher_programs[program], talk[i]);
}

void given_give(struct launch *launch, size_t program, const char *word, size_t length,
		const char *value)
{
	char *arg;

	refuse_talk(program, word, length);
	if (asprintf(&arg, "--%.*s%s%s", (int)length, word, value ? "=" : "", value ? value : "") <
	    0)
		LAUNCHER_DIE(EX_OSERR, "out of memory");
	given_add(launch, program, arg);
}

bool given_has(const struct launcher_given *given, size_t count, const char *option)
{
	size_t length = strcspn(option, "=");

	for (size_t i = 0; i < count; i++)
		if (strcspn(given->args[i], "=") == length &&
		    !strncmp(given->args[i], option, length))
			return true;
	return false;
}

size_t given_program(const char *name, char end)
{
	size_t p = 0, length;

	for (; p < launcher_count; p++) {
		length = strlen(launcher_programs[p]);
		if (!strncasecmp(name, launcher_programs[p], length) && name[length] == end)
			break;
	}
	return p;
}

int given_take(struct launch *launch, int argc, char **argv)
{
	int kept = 1;

	for (int i = 1; i < argc; i++) {
		const char *name = argv[i], *word, *value;
		size_t p = strncmp(name, "--", 2) ? launcher_count : given_program(name + 2, '-');
		size_t length;

		if (p == launcher_count) {
			argv[kept++] = argv[i];
			continue;
		}
		word = name + 2 + strlen(launcher_programs[p]) + 1;
		length = strcspn(word, "=");
		value = word[length] ? word + length + 1 : NULL;
		/* An argument stands behind nothing else: it is the option's. */
		if (!value && i + 1 < argc && *argv[i + 1] != '-')
			value = argv[++i];
		given_give(launch, p, word, length, value);
		launch->wanted[p] = true;
	}
	argv[kept] = NULL;
	return kept;
}

const char *given_near(const char *name, char end)
{
	char word[NEAR_MAX];
	struct near near = { word };

	snprintf(word, sizeof(word), "%.*s", (int)(strchrnul(name, end) - name), name);
	for (char *c = word; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	for (size_t p = 0; p < launcher_count; p++)
		near_try(&near, launcher_programs[p]);
	return near.best;
}
