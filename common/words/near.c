// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kernel/split.h"
#include "words/near.h"

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many characters are to be put in, taken out or replaced, in whichever case: Levenshtein's
 * distance. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NEAR_MAX], length = (unsigned int)strlen(b);

	if (strlen(a) >= NEAR_MAX || length >= NEAR_MAX)
		return NEAR_MAX;
	for (unsigned int i = 0; i <= length; i++)
		row[i] = i;
	for (unsigned int above = 0; *a; a++) {
		unsigned int corner = above++;

		row[0] = above;
		for (unsigned int i = 1; i <= length; i++) {
			unsigned int swap = corner + (tolower((unsigned char)*a) !=
						      tolower((unsigned char)b[i - 1]));

			corner = row[i];
			row[i] = least(swap, least(row[i], row[i - 1]) + 1);
		}
	}
	return row[length];
}

/* So short a beginning is of too many. */
#define BEGIN_MIN 3

/* Whether @word is @known with more before it, as the kernel's headers have it: AF_ALG,
 * BPF_PROG_LOAD. */
static bool is_longer(const char *word, const char *known)
{
	size_t given = strlen(word), length = strlen(known);

	return given > length && word[given - length - 1] == '_' &&
	       !strcasecmp(word + given - length, known);
}

/* One in three characters may be wrong, or the end be missing, which is likelier. */
void near_try(struct near *near, const char *known)
{
	unsigned int far = distance(near->word, known), length = (unsigned int)strlen(known);
	size_t given = strlen(near->word);
	bool begins = given >= BEGIN_MIN && !strncasecmp(known, near->word, given);
	bool part = begins || is_longer(near->word, known);

	if (!length || (!part && (far >= length || far > length / 3)))
		return;
	if (!part)
		far += NEAR_MAX;
	if (near->best && far >= near->distance)
		return;
	near->best = known;
	near->distance = far;
}

void near_try_list(struct near *near, const char *list, char room[NEAR_MAX])
{
	struct split items = split_list(list);

	while (split_next(&items)) {
		char item[NEAR_MAX];

		split_trim(&items);
		snprintf(item, sizeof(item), "%.*s", (int)items.length, items.item);
		near_try(near, item);
		if (near->best != item)
			continue;
		near->best = room;
		strcpy(room, item);
	}
}

/* Of all programs, made from their tables of phrases. */
static const struct {
	const char *tool;
	const char *operation;
} all[] = {
#include "operations-of-all.h"
};

const char *near_elsewhere(struct near *near, const char *tool)
{
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *before = near->best;

		if (!strcmp(all[i].tool, tool))
			continue;
		near_try(near, all[i].operation);
		if (near->best != before)
			found = all[i].tool;
	}
	return found;
}
