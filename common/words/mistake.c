// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "words/mistake.h"
#include "words/msg.h"

/* What an option is followed by. */
static bool wants(const struct argp_option *option)
{
	return option->arg && !(option->flags & OPTION_ARG_OPTIONAL);
}

/* "--NAME" or "--NAME=VALUE", of which the name is one of @table. */
static bool explain_long(const struct argp_option *table, size_t count, const char *word,
			 char text[MISTAKE_MAX])
{
	size_t length = strcspn(word += 2, "=");
	bool valued = word[length];

	for (size_t i = 0; i < count; i++) {
		if (!table[i].name || strlen(table[i].name) != length ||
		    strncmp(table[i].name, word, length) != 0)
			continue;
		if (valued ? !!table[i].arg : !wants(&table[i]))
			return false;
		snprintf(text, MISTAKE_MAX, "option '--%.64s' %s; --help shows all", word,
			 valued ? "takes no argument" : "wants an argument");
		return true;
	}
	return false;
}

/* "-LETTERS". */
static bool explain_short(const struct argp_option *table, size_t count, const char *word,
			  char text[MISTAKE_MAX])
{
	for (const char *letter = word + 1; *letter; letter++) {
		size_t i = 0;

		while (i < count && (!table[i].name || table[i].key != *letter))
			i++;
		if (i == count) {
			snprintf(text, MISTAKE_MAX, "unknown option '%.64s'; --help shows all",
				 word);
			return true;
		}
		if (!table[i].arg)
			continue;
		if (letter[1] || !wants(&table[i]))
			return false;
		snprintf(text, MISTAKE_MAX, "option '-%c' wants an argument; --help shows all",
			 *letter);
		return true;
	}
	return false;
}

void mistake_explain(const struct argp_option *table, size_t count, const struct argp_state *state,
		     char text[MISTAKE_MAX])
{
	/* getopt stays at letters that are not all read, and is past anything else. */
	const char *const words[] = { state->argv[state->next - 1], state->argv[state->next] };

	for (size_t i = 0; i < 2; i++)
		if (words[i] && *words[i] == '-' &&
		    (words[i][1] == '-' ? explain_long : explain_short)(table, count, words[i],
									text))
			return;
	snprintf(text, MISTAKE_MAX, "unknown option '%.64s'; --help shows all", words[0]);
}

void mistake_help(struct argp_state *state, bool usage)
{
	state->flags &= ~ARGP_NO_ERRS;
	argp_state_help(state, stdout,
			usage ? ARGP_HELP_USAGE : ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK);
	exit(msg_flush() ? EX_IOERR : 0);
}
