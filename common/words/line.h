/* SPDX-License-Identifier: GPL-2.0-only */
/* Named values one after another, as a line of text, as JSON, or as an entry of the journal. */
#ifndef BPFLOCK_LINE_WRITER_H
#define BPFLOCK_LINE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

enum line_form {
	LINE_TEXT = 1, /* logfmt: key=value key=value */
	LINE_JSON,
	LINE_JOURNAL, /* BPFLOCK_KEY=value, a line each, after what there is of the entry */
};

struct line {
	FILE *stream;
	enum line_form form;
	const char *between; /* what comes before the next key */
};

/* A line that is written to @stream, which stays the caller's. */
struct line line_to(FILE *stream, enum line_form form);

/* What follows is the value of @key; in an array of JSON @key is NULL. */
void line_key(struct line *line, const char *key);

void line_number(struct line *line, const char *key, __u64 value);

/* @text is ours or the kernel's own, of plain characters. */
void line_text(struct line *line, const char *key, const char *text);

/* @text, of @size at most, is what somebody else chose: nothing in it can end the value. */
void line_name(struct line *line, const char *key, const char *text, size_t size);

/* @ns of CLOCK_BOOTTIME as UTC, in quotes but in the journal. */
void line_time(struct line *line, const char *key, __u64 ns);

void line_bool(struct line *line, const char *key, bool value);

/* JSON alone: an object or an array as the value of @key, and its end. @bracket: one of {[]}. */
void line_open(struct line *line, const char *key, char bracket);
void line_close(struct line *line, char bracket);

/* JSON alone: an array of the words of the comma-separated @list; NULL is empty. */
void line_words(struct line *line, const char *key, const char *list);

#endif
