// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any command line, its words separated by NUL: it is taken, and what is in it is
 * consistent, or it ends in exit status 64 with one line of plain characters, or
 * in 0 with a text on standard output.
 */
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words/msg.h"
#include "words/operations.h"
#include "options/options.h"
#include "words/profile.h"

#define WORDS_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static jmp_buf ended;
static int exit_status;

/* Linked in place of exit(3), which the fuzzer calls too. */
_Noreturn void __wrap_exit(int status);
_Noreturn void __real_exit(int status);
static bool parsing;

_Noreturn void __wrap_exit(int status)
{
	if (!parsing)
		__real_exit(status);
	exit_status = status;
	longjmp(ended, 1);
}

/* Standard error and output while @parse runs, in memory. */
struct heard {
	char *text;
	size_t size;
	FILE *stream, *real;
};

static FILE *hear(struct heard *heard, FILE *real)
{
	heard->real = real;
	heard->stream = open_memstream(&heard->text, &heard->size);
	if (!heard->stream)
		abort();
	return heard->stream;
}

static void check_line(const struct heard *heard)
{
	const char *end = memchr(heard->text, '\n', heard->size);

	/* Short enough to be read, and nothing that moves a cursor. */
	if (!end || end != heard->text + heard->size - 1 || heard->size > 512)
		abort();
	for (const char *c = heard->text; c < end; c++)
		if (*c < ' ' || *c > '~')
			abort();
}

static void check_options(const struct options *options)
{
	struct operations ops = { 0 };
	struct operation_words words = { 0 };
	struct operation_set set = { 0 };
	char bad[64] = "";

	if (options->action < ACTION_LOCK || options->action > ACTION_SUGGEST)
		abort();
	if (options->profile && strcmp(profile_name(options->profile), "unknown") == 0)
		abort();
	operations_add(&ops, 1, "debugfs", "integrity");
	if (options->allow)
		operations_parse(&ops, &words, options->allow, &set, bad, sizeof(bad));
	if (options->block)
		operations_parse(&ops, &words, options->block, &set, bad, sizeof(bad));
	if (!memchr(bad, '\0', sizeof(bad)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct options_help help = { "purpose", "examples", true };
	char *words = malloc(size + 2), *argv[WORDS_MAX + 2] = { "fuzz" };
	struct heard out = { 0 }, err = { 0 };
	struct options options = { 0 };
	volatile bool parsed = false;
	int argc = 1;

	memcpy(words, data, size);
	words[size] = words[size + 1] = '\0';
	for (char *word = words; word < words + size && argc < WORDS_MAX; word += strlen(word) + 1)
		argv[argc++] = word;
	stdout = hear(&out, stdout);
	stderr = hear(&err, stderr);
	msg_level(false, false);
	parsing = true;
	if (!setjmp(ended)) {
		options_parse(&options, &help, argc, argv);
		parsed = true;
	}
	parsing = false;
	fclose(stdout);
	fclose(stderr);
	stdout = out.real;
	stderr = err.real;
	if (parsed) {
		if (out.size || err.size)
			abort();
		check_options(&options);
	} else if (exit_status == 64) {
		check_line(&err);
		if (out.size)
			abort();
	} else if (exit_status || err.size || !out.size) {
		abort();
	}
	free(options.allow);
	free(options.block);
	free(options.cgroups);
	free(options.units);
	free(out.text);
	free(err.text);
	free(words);
	return 0;
}
