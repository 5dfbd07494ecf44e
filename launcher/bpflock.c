// SPDX-License-Identifier: GPL-2.0-only
/* bpflock, the launcher: runs the programs of the suite in order, by options or environment. */
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "kernel.h"
#include "launcher.h"
#include "msg.h"

#define PROGRAMS_MAX 8

enum action { LOCK = 1, STATUS, EVENTS, REMOVE };

enum {
	FIRST_KEY = 256,
	KEY_JSON,
	KEY_STAY,
	KEY_BOOT,
	KEY_AUDIT,
	KEY_BEST_EFFORT,
	PROGRAM_KEY = 512
};

/* An option of each program, --PROGRAM-WORD here; @only: of this one. */
static const struct word {
	const char *word;
	const char *arg;
	const char *only;
	const char *doc;
} words[] = {
	{ "profile", "PROFILE", NULL, "its profile" },
	{ "allow", "LIST", NULL, "its exceptions" },
	{ "block", "LIST", NULL, "what it denies to everybody" },
	{ "namespaces", "KINDS", NULL, "whom it trusts" },
	{ "cgroup", "CGROUP", NULL, "a cgroup that it trusts too" },
	{ "rootfs", NULL, "kmodlock", "modules only from the root filesystem" },
	{ "ro", NULL, "kmodlock", "and only while it is mounted read-only" },
	{ "ro-dev", NULL, "kmodlock", "and only while its block device is read-only" },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static struct {
	enum action action;
	bool json, follow, stay, boot, audit, best_effort;
	/* For each program: which words were given, and as it wants them, "--WORD=VALUE". */
	bool given[PROGRAMS_MAX][WORDS];
	const char *args[PROGRAMS_MAX][LAUNCHER_ARGS_MAX];
	size_t count[PROGRAMS_MAX];
} options = { .action = LOCK };

#define DIE(status, ...) (msg_error(__VA_ARGS__), exit(status))

static char *format(const char *pattern, const char *a, const char *b)
{
	char *text;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (asprintf(&text, pattern, a, b) < 0)
#pragma GCC diagnostic pop
		DIE(EX_OSERR, "out of memory");
	return text;
}

static void add(size_t program, const char *arg)
{
	if (options.count[program] == LAUNCHER_ARGS_MAX - 1)
		DIE(EX_USAGE, "too many options for '%s'", launcher_programs[program]);
	options.args[program][options.count[program]++] = arg;
}

static void give(size_t program, size_t word, const char *value)
{
	options.given[program][word] = true;
	add(program, words[word].arg ? format("--%s=%s", words[word].word, value)
				     : format("--%s%s", words[word].word, ""));
}

static void set_action(enum action action)
{
	if (options.action != LOCK && options.action != action)
		DIE(EX_USAGE, "--status, --events and --remove exclude each other");
	options.action = action;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	if (key >= PROGRAM_KEY && key < PROGRAM_KEY + PROGRAMS_MAX * (int)WORDS) {
		give((size_t)(key - PROGRAM_KEY) / WORDS, (size_t)(key - PROGRAM_KEY) % WORDS, arg);
		return 0;
	}
	switch (key) {
	case ARGP_KEY_INIT:
		/* getopt already said the one line. */
		state->err_stream = fopen("/dev/null", "we");
		if (!state->err_stream)
			state->err_stream = stderr;
		return 0;
	case 's':
		set_action(STATUS);
		return 0;
	case 'e':
		set_action(EVENTS);
		return 0;
	case 'r':
		set_action(REMOVE);
		return 0;
	case 'f':
		options.follow = true;
		return 0;
	case KEY_JSON:
		options.json = true;
		return 0;
	case KEY_STAY:
		options.stay = true;
		return 0;
	case KEY_BOOT:
		options.boot = true;
		return 0;
	case KEY_AUDIT:
		options.audit = true;
		return 0;
	case KEY_BEST_EFFORT:
		options.best_effort = true;
		return 0;
	case ARGP_KEY_ARG:
		DIE(EX_USAGE, "unexpected argument '%.64s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option own[] = {
	{ "audit", KEY_AUDIT, NULL, 0, "all of them decide and record, and deny nothing", 1 },
	{ "best-effort", KEY_BEST_EFFORT, NULL, 0,
	  "attach even where the kernel can be made to skip the programs", 1 },
	{ "boot", KEY_BOOT, NULL, 0, "lock as the settings files in /etc/bpflock say", 1 },
	{ "stay", KEY_STAY, NULL, 0, "after that stay, and print the records as JSON, a line each",
	  1 },
	{ "status", 's', NULL, 0, "print what is active, and the kernel's own switches", 2 },
	{ "events", 'e', NULL, 0, "print the records of all programs", 2 },
	{ "follow", 'f', NULL, 0, "with --events, go on with new ones", 2 },
	{ "json", KEY_JSON, NULL, 0, "with --status or --events, print JSON", 2 },
	{ "remove", 'r', NULL, 0, "stop enforcing", 2 },
};

#define OWN (sizeof(own) / sizeof(own[0]))

static bool has_word(size_t program, size_t word)
{
	return !words[word].only || !strcmp(words[word].only, launcher_programs[program]);
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fputs("bpflock (bpflock) " BPFLOCK_VERSION "\n", stream);
}

static void parse_command_line(int argc, char **argv)
{
	static struct argp_option table[OWN + PROGRAMS_MAX * WORDS + 1];
	static const struct argp argp = {
		.options = table,
		.parser = parse,
		.doc = "Lock the kernel with the programs of the suite, in order, each with its "
		       "default profile where none is given.\v"
		       "Each option of a program can be in the environment: "
		       "BPFLOCK_KIMGLOCK_PROFILE=baseline. The command line wins.",
	};
	size_t count = 0;

	for (size_t p = 0; p < launcher_count; p++)
		for (size_t w = 0; w < WORDS; w++)
			if (has_word(p, w))
				table[count++] = (struct argp_option){
					format("%s-%s", launcher_programs[p], words[w].word),
					PROGRAM_KEY + (int)(p * WORDS + w),
					words[w].arg,
					0,
					words[w].doc,
					0,
				};
	memcpy(table + count, own, sizeof(own));
	argp_program_version_hook = print_version;
	argp_err_exit_status = EX_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		exit(EX_OSERR);
}

/* Whether @name is BPFLOCK_PROGRAM_WORD. */
static bool is_name(const char *name, size_t length, size_t program, size_t word)
{
	char *wanted = format("BPFLOCK_%s_%s", launcher_programs[program], words[word].word);
	bool is;

	for (char *c = wanted; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	is = strlen(wanted) == length && !memcmp(wanted, name, length);
	free(wanted);
	return is;
}

/* Whether @value says yes; "", 0 and no say no. */
static bool is_yes(const char *name, const char *value)
{
	if (!strcmp(value, "1") || !strcmp(value, "yes") || !strcmp(value, "true"))
		return true;
	if (*value && strcmp(value, "0") && strcmp(value, "no") && strcmp(value, "false"))
		DIE(EX_USAGE, "'%.64s' in the environment is neither yes nor no", name);
	return false;
}

static void parse_variable(const char *variable)
{
	size_t length = strcspn(variable, "=");
	const char *value = variable + length + !!variable[length];

	if (!strncmp(variable, "BPFLOCK_AUDIT=", length + 1)) {
		options.audit |= is_yes("BPFLOCK_AUDIT", value);
		return;
	}
	if (!strncmp(variable, "BPFLOCK_BEST_EFFORT=", length + 1)) {
		options.best_effort |= is_yes("BPFLOCK_BEST_EFFORT", value);
		return;
	}
	for (size_t p = 0; p < launcher_count; p++)
		for (size_t w = 0; w < WORDS; w++)
			if (has_word(p, w) && is_name(variable, length, p, w)) {
				if (!options.given[p][w] && *value &&
				    (words[w].arg || is_yes(variable, value)))
					give(p, w, value);
				return;
			}
	/* A mistyped name would leave the machine less locked than was asked for. */
	DIE(EX_USAGE, "unknown variable '%.*s' in the environment: see --help",
	    length > 64 ? 64 : (int)length, variable);
}

static void check(void)
{
	bool any = options.audit || options.best_effort;

	for (size_t p = 0; p < launcher_count; p++)
		for (size_t w = 0; w < WORDS; w++)
			any |= options.given[p][w];
	if (options.action != LOCK && (options.boot || options.stay))
		DIE(EX_USAGE, "--boot and --stay go with locking only");
	if (options.boot && any)
		DIE(EX_USAGE,
		    "--boot locks as the settings files say: nothing of the programs goes with it");
	if (options.follow && options.action != EVENTS)
		DIE(EX_USAGE, "--follow goes with --events only");
	if (options.json && options.action != EVENTS && options.action != STATUS)
		DIE(EX_USAGE, "--json goes with --status and --events only");
}

/* Whether @program takes what it is given: 0 or its exit status. */
static int check_one(size_t program)
{
	size_t count = options.count[program];
	bool asked = options.boot || count;
	int status;

	if (options.boot)
		add(program, "--boot");
	if (options.audit)
		add(program, "--audit");
	if (options.best_effort)
		add(program, "--best-effort");
	if (!asked)
		return 0;
	count = options.count[program];
	add(program, "--dry-run");
	add(program, "--quiet");
	status = launcher_run(program, options.args[program], -1);
	options.args[program][count] = NULL;
	return status;
}

/* The names of the programs from @from to @to, or "nothing". */
static char *names(size_t from, size_t to)
{
	char *text = format("%s%s", from < to ? launcher_programs[from] : "nothing", "");

	for (size_t i = from + 1; i < to; i++) {
		char *longer = format("%s, %s", text, launcher_programs[i]);

		free(text);
		text = longer;
	}
	return text;
}

static int lock_all(void)
{
	if (kernel_told_off()) {
		msg_say("not locked: bpflock=off is on the kernel command line");
		return 0;
	}
	for (size_t i = 0; i < launcher_count; i++) {
		int status = check_one(i);

		if (!status)
			continue;
		msg_error("stopped at '%s', exit status %d; nothing is changed",
			  launcher_programs[i], status);
		return status;
	}
	for (size_t i = 0; i < launcher_count; i++) {
		int status = launcher_run(i, options.args[i], -1);

		if (!status)
			continue;
		msg_error("stopped at '%s', exit status %d; in force by this run: %s; not run: %s",
			  launcher_programs[i], status, names(0, i), names(i + 1, launcher_count));
		return status;
	}
	msg_say("in force: %s", names(0, launcher_count));
	return 0;
}

static int remove_all(void)
{
	int worst = 0;

	/* The last one first: it may deny what the others need. */
	for (size_t i = launcher_count; i--;) {
		const char *args[] = { "--remove", NULL };
		int status = launcher_run(i, args, -1);

		if (!worst)
			worst = status;
	}
	return worst;
}

static int children[PROGRAMS_MAX];

static void pass_on(int signal)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (children[i] > 0)
			kill(children[i], signal);
}

/* The records of all, as the programs print them: each line is one write. */
static int print_events(bool json, bool follow)
{
	const char *args[] = { "--events", NULL, NULL, NULL };
	const struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
	int worst = 0, status, pid, count = 1;

	if (json)
		args[count++] = "--json";
	if (!follow) {
		for (size_t i = 0; i < launcher_count; i++) {
			status = launcher_run(i, args, -1);
			worst = worst ? worst : status;
		}
		return worst;
	}
	args[count] = "--follow";
	for (size_t i = 0; i < launcher_count; i++)
		children[i] = launcher_start(i, args, -1);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while ((pid = wait(&status)) > 0) {
		for (size_t i = 0; i < PROGRAMS_MAX; i++)
			if (children[i] == pid)
				children[i] = 0;
		if (!worst && status)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR;
	}
	return worst;
}

int main(int argc, char **argv)
{
	int status;

	msg_init("bpflock");
	parse_command_line(argc, argv);
	/* After the command line, which wins. */
	for (char **variable = environ; *variable; variable++)
		if (!strncmp(*variable, "BPFLOCK_", strlen("BPFLOCK_")))
			parse_variable(*variable);
	check();
	switch (options.action) {
	case STATUS:
		status = launcher_status(options.json);
		break;
	case EVENTS:
		status = print_events(options.json, options.follow);
		break;
	case REMOVE:
		status = remove_all();
		break;
	case LOCK:
	default:
		status = lock_all();
		if (!status && options.stay)
			status = print_events(true, true);
	}
	return status ? status : msg_flush() ? EX_IOERR : 0;
}
