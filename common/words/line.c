// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>

#include "kernel/clock.h"
#include "words/escape.h"
#include "words/line.h"
#include "kernel/split.h"

struct line line_to(FILE *stream, enum line_form form)
{
	return (struct line){ stream, form, "" };
}

void line_key(struct line *line, const char *key)
{
	if (line->form == LINE_JOURNAL) {
		fputs("\nBPFLOCK_", line->stream);
		for (; *key; key++)
			putc(toupper((unsigned char)*key), line->stream);
		putc('=', line->stream);
		return;
	}
	fputs(line->between, line->stream);
	if (key)
		fprintf(line->stream, line->form == LINE_JSON ? "\"%s\":" : "%s=", key);
	line->between = line->form == LINE_JSON ? "," : " ";
}

void line_number(struct line *line, const char *key, __u64 value)
{
	line_key(line, key);
	fprintf(line->stream, "%llu", (unsigned long long)value);
}

void line_text(struct line *line, const char *key, const char *text)
{
	line_key(line, key);
	fprintf(line->stream, line->form == LINE_JSON ? "\"%s\"" : "%s", text);
}

void line_name(struct line *line, const char *key, const char *text, size_t size)
{
	line_key(line, key);
	if (line->form == LINE_JSON)
		escape_json(line->stream, text, size);
	else
		escape_word(line->stream, text, size);
}

void line_time(struct line *line, const char *key, __u64 ns)
{
	const char *quote = line->form == LINE_JOURNAL ? "" : "\"";

	line_key(line, key);
	fputs(quote, line->stream);
	clock_print(line->stream, ns);
	fputs(quote, line->stream);
}

void line_bool(struct line *line, const char *key, bool value)
{
	line_key(line, key);
	fputs(value ? "true" : "false", line->stream);
}

void line_open(struct line *line, const char *key, char bracket)
{
	line_key(line, key);
	putc(bracket, line->stream);
	line->between = "";
}

void line_close(struct line *line, char bracket)
{
	putc(bracket, line->stream);
	line->between = ",";
}

void line_words(struct line *line, const char *key, const char *list)
{
	struct split words = split_list(list);
	const char *between = "";

	line_open(line, key, '[');
	for (; split_next(&words); between = ",")
		fprintf(line->stream, "%s\"%.*s\"", between, (int)words.length, words.item);
	line_close(line, ']');
}
