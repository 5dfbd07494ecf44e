/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that others chose, written so that they can't pass for anything else. */
#ifndef BPFLOCK_ESCAPE_H
#define BPFLOCK_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes @text, of at most @size bytes, as a bare value: what is not a plain
 * ASCII character, and a space, `=`, `"` or `\`, becomes \xNN.
 */
void escape_word(FILE *stream, const char *text, size_t size);

/* Writes the inside of a logfmt value that stands in double quotes. */
void escape_quoted(FILE *stream, const char *text);

/*
 * Writes @text, of at most @size bytes, as a JSON string in ASCII: what is valid
 * UTF-8 as \u escapes, any other byte as U+FFFD.
 */
void escape_json(FILE *stream, const char *text, size_t size);

#endif
