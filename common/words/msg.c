// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "words/msg.h"

static const char *msg_name = "bpflock";
static bool msg_quiet, msg_verbose;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	if (!msg_verbose || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(stderr, format, args);
}

/* Last of all, also where argp printed the help and left: what was lost is said. */
static void check_stdout(void)
{
	if (!msg_flush())
		return;
	msg_error("cannot write to standard output: %s", strerror(errno));
	_exit(EX_IOERR);
}

/* A descriptor that was closed must not become a file of ours; nothing can be written to these. */
static void occupy_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH); /* the lowest that is free */
}

void msg_init(const char *name)
{
	msg_name = name;
	occupy_standard_descriptors();
	libbpf_set_print(print_libbpf);
	if (atexit(check_stdout))
		abort();
}

const char *msg_program(void)
{
	return msg_name;
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
	static int lost;

	errno = 0;
	if (!lost && (fflush(stdout) || ferror(stdout)))
		lost = errno ? errno : EIO;
	errno = lost;
	return -lost;
}

void msg_forget(void)
{
	__fpurge(stdout);
	clearerr(stdout);
}
