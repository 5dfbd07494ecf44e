/* SPDX-License-Identifier: GPL-2.0-only */
/* Which known word was meant by one that is not known. */
#ifndef BPFLOCK_NEAR_H
#define BPFLOCK_NEAR_H

#define NEAR_MAX 64

/* A search: all zeros but @word, which is borrowed, as what is tried is. */
struct near {
	const char *word;
	const char *best; /* NULL: none is near enough */
	unsigned int distance;
};

/* Two arguments for "%s%s", which end a message. */
#define NEAR_MEANT(near) (near).best ? "; did you mean " : "", (near).best ? (near).best : ""

/* Takes @known for the best where it is nearer than what was tried before it, and near enough. */
void near_try(struct near *near, const char *known);

/* The same of each item of a comma-separated list of literal words; blanks around them are none of
 * it. The best is kept in @room. */
void near_try_list(struct near *near, const char *list, char room[NEAR_MAX]);

/*
 * The program, other than @tool, that has an operation of this name or nearly, whose name goes to
 * @near->best; NULL: none is nearer than what is there.
 */
const char *near_elsewhere(struct near *near, const char *tool);

#endif
