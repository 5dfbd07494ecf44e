// SPDX-License-Identifier: GPL-2.0-only
/* What is asked for by the environment. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "launcher.h"
#include "words/msg.h"

/* Whether @value says yes; "", 0 and no say no. */
static bool is_yes(const char *name, const char *value)
{
	if (!strcmp(value, "1") || !strcmp(value, "yes") || !strcmp(value, "true"))
		return true;
	if (*value && strcmp(value, "0") && strcmp(value, "no") && strcmp(value, "false"))
		LAUNCHER_DIE(EX_USAGE, "'%.64s' in the environment is neither yes nor no", name);
	return false;
}

/* BPFLOCK_PROGRAM_WORD=VALUE, of which the program gets --WORD=VALUE; @count: what it has been
 * given before. */
static bool take_variable(struct launch *launch, const size_t count[LAUNCHER_PROGRAMS_MAX],
			  const char *variable)
{
	const char *name = variable + strlen("BPFLOCK_"), *value = strchr(variable, '=');
	size_t p = given_program(name, '_');
	char *word;

	if (p == launcher_count || !value)
		return false;
	word = strndup(name, (size_t)(value - name));
	if (!word)
		LAUNCHER_DIE(EX_OSERR, "out of memory");
	for (char *c = word; *c; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	name = word + strlen(launcher_programs[p]) + 1;
	if (value[1]) {
		struct launcher_given *given = &launch->given[p];

		given_give(launch, p, name, strlen(name), value + 1);
		launch->wanted[p] = true;
		if (given_has(given, count[p], given->args[given->count - 1]))
			given->args[--given->count] = NULL;
	}
	free(word);
	return true;
}

/* What starts execsnoop has a name of its own in the environment. */
#define EXEC_SNOOP "BPFLOCK_EXEC_SNOOP"

static void take_exec_snoop(struct launch *launch, const char *value)
{
	size_t p = given_program("execsnoop", '\0');
	bool untrusted = !strcmp(value, "untrusted");

	if (!*value || !strcmp(value, "none"))
		return;
	if (!untrusted && strcmp(value, "all"))
		LAUNCHER_DIE(EX_USAGE,
			     "unknown value '%.64s' of '" EXEC_SNOOP
			     "' in the environment: it is one of "
			     "all, untrusted, none",
			     value);
	if (p == launcher_count)
		return;
	launch->wanted[p] = true;
	if (untrusted && !given_has(&launch->given[p], launch->given[p].count, "--untrusted"))
		given_add(launch, p, "--untrusted");
}

/* Whether @text begins with digits: what follows them, else NULL. */
static const char *after_digits(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits ? text + digits : NULL;
}

/* What follows "_PORT" in the name of a variable: "", or _NUMBER_PROTOCOL, of which more is told.
 */
static bool is_port(const char *end, const char *value)
{
	static const char *const protocols[] = { "TCP", "UDP", "SCTP" };
	static const char *const ends[] = { "=", "_PROTO=", "_PORT=", "_ADDR=" };

	if (*end == '=')
		return strstr(value, "://");
	end = *end == '_' ? after_digits(end + 1) : NULL;
	if (!end || *end != '_')
		return false;
	for (size_t p = 0; p < sizeof(protocols) / sizeof(protocols[0]); p++)
		for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++) {
			size_t length = strlen(protocols[p]);

			if (!strncmp(end + 1, protocols[p], length) &&
			    !strncmp(end + 1 + length, ends[e], strlen(ends[e])))
				return true;
		}
	return false;
}

/*
 * What kubelet puts there of a Service whose name begins with ours: BPFLOCK_SERVICE_HOST,
 * BPFLOCK_PORT_9100_TCP_ADDR (pkg/kubelet/envvars/envvars.go).
 */
static bool is_of_service(const char *variable)
{
	const char *equals = strchr(variable, '='), *at = variable;

	if (equals - variable > 13 && !strncmp(equals - 13, "_SERVICE_HOST", 13))
		return true;
	for (at = strstr(at, "_SERVICE_PORT"); at && at < equals;
	     at = strstr(at + 1, "_SERVICE_PORT"))
		if (strchr("=_", at[13]))
			return true;
	for (at = strstr(variable, "_PORT"); at && at < equals; at = strstr(at + 1, "_PORT"))
		if (is_port(at + 5, equals + 1))
			return true;
	return false;
}

static void unknown_variable(const char *name)
{
	size_t length = strcspn(name, "=");
	const char *near = given_near(name + strlen("BPFLOCK_"), '_');

	LAUNCHER_DIE(EX_USAGE, "unknown variable '%.*s' in the environment%s%s; see --help",
		     length > 64 ? 64 : (int)length, name, near ? "; did you mean one of " : "",
		     near ? near : "");
}

void environment_take(struct launch *launch)
{
	size_t count[LAUNCHER_PROGRAMS_MAX];

	for (size_t p = 0; p < LAUNCHER_PROGRAMS_MAX; p++)
		count[p] = launch->given[p].count;
	for (char **variable = environ; *variable; variable++) {
		const char *name = *variable, *value = strchr(name, '=');
		size_t length = strcspn(name, "=");

		if (strncmp(name, "BPFLOCK_", strlen("BPFLOCK_")) || !value || is_of_service(name))
			continue;
		if (!strncmp(name, "BPFLOCK_AUDIT=", length + 1))
			launch->audit |= is_yes("BPFLOCK_AUDIT", value + 1);
		else if (!strncmp(name, "BPFLOCK_BEST_EFFORT=", length + 1))
			launch->best_effort |= is_yes("BPFLOCK_BEST_EFFORT", value + 1);
		else if (!strncmp(name, "BPFLOCK_PROFILE=", length + 1))
			launch->profile =
				launch->profile || !value[1] ? launch->profile : value + 1;
		else if (!strncmp(name, EXEC_SNOOP "=", length + 1))
			take_exec_snoop(launch, value + 1);
		/* A mistyped name would leave the machine less locked than was asked for. */
		else if (!take_variable(launch, count, name))
			unknown_variable(name);
	}
}
