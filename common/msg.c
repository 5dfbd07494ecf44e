// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include "msg.h"

static const char *msg_name = "bpflock";
static bool msg_quiet, msg_verbose;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	if (!msg_verbose || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(stderr, format, args);
}

void msg_init(const char *name)
{
	msg_name = name;
	libbpf_set_print(print_libbpf);
}

void msg_level(bool quiet, bool verbose)
{
	msg_quiet = quiet;
	msg_verbose = verbose;
}

/*
 * One write for a whole line, so that lines of several programs don't mix. What
 * was given on the command line may be in it and can't make a second line.
 */
static void speak(FILE *stream, const char *kind, const char *format, va_list args)
{
	char line[4096];

	vsnprintf(line, sizeof(line), format, args);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			*c = '?';
	fprintf(stream, "%s: %s%s\n", msg_name, kind, line);
}

#define SPEAK(stream, kind)                                                                        \
	do {                                                                                       \
		int saved = errno;                                                                 \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		speak(stream, kind, format, args);                                                 \
		va_end(args);                                                                      \
		errno = saved;                                                                     \
	} while (0)

void msg_error(const char *format, ...)
{
	SPEAK(stderr, "");
}

void msg_hint(const char *format, ...)
{
	SPEAK(stderr, "hint: ");
}

void msg_warning(const char *format, ...)
{
	if (!msg_quiet)
		SPEAK(stderr, "warning: ");
}

void msg_say(const char *format, ...)
{
	if (!msg_quiet)
		SPEAK(stdout, "");
}

int msg_flush(void)
{
	if (fflush(stdout) || ferror(stdout))
		return errno ? -errno : -EIO;
	return 0;
}
