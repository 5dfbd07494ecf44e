// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "kernel/clock.h"
#include "options/keys.h"
#include "options/options.h"
#include "options/settings.h"
#include "options/stray.h"
#include "words/mistake.h"
#include "words/msg.h"
#include "words/near.h"
#include "words/version.h"

enum {
	KEY_JSON = 512,
	KEY_USAGE,
	KEY_BOOT,
	KEY_CONFIG,
	KEY_DRY_RUN,
	KEY_JOURNAL,
	KEY_DENIED,
	KEY_SINCE,
	KEY_STAMP,
	KEY_AMONG,
	KEY_FAIL_CLOSED,
	KEY_SUGGEST,
};

/* What to do; with what is in keys[]. */
static const struct argp_option actions[] = {
	{ "boot", KEY_BOOT, NULL, 0,
	  "lock as the settings files in /etc/bpflock say; with bpflock=off on the kernel command "
	  "line, don't",
	  0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "check all that is asked for, lock nothing", 0 },
	{ "config", KEY_CONFIG, NULL, 0, "check the settings files: --boot --dry-run", 1 },
	{ "status", 's', NULL, 0, "print what is active, since when, and what was decided", 1 },
	{ "events", 'e', NULL, 0, "print the records of what was decided, oldest first", 1 },
	{ "follow", 'f', NULL, 0, "with --events, go on with new ones", 1 },
	{ "denied", KEY_DENIED, NULL, 0,
	  "with --events, only what was denied, or would have been without --audit", 1 },
	{ "since", KEY_SINCE, "TIME", 0,
	  "with --events or --suggest, only from then on: " CLOCK_FORMS, 1 },
	{ "stamp", KEY_STAMP, NULL, OPTION_HIDDEN, NULL, 1 },
	{ "among", KEY_AMONG, NULL, OPTION_HIDDEN, NULL, 1 },
	{ "fail-closed", KEY_FAIL_CLOSED, NULL, OPTION_HIDDEN, NULL, 1 },
	{ "json", KEY_JSON, NULL, 0, "with --status or --events, print JSON", 1 },
	{ "journal", KEY_JOURNAL, NULL, 0, "with --events, write to the systemd journal", 1 },
	{ "list", 'l', NULL, 0, "print the operations that this kernel knows", 1 },
	{ "remove", 'r', NULL, 0, "stop enforcing", 1 },
	{ "verbose", 'v', NULL, 0, "also print what libbpf and the verifier say", 2 },
	{ "quiet", 'q', NULL, 0, "print errors only", 2 },
	{ "help", '?', NULL, 0, "print this", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "print the options in short", -1 },
	{ "version", 'V', NULL, 0, "print the version and the errata fixed in it", -1 },
};

/* Of programs that decide, and of those that can be told the modules. */
static const struct argp_option suggest[] = {
	{ "suggest", KEY_SUGGEST, NULL, 0, "print the settings that the records call for", 1 },
	{ "suggest", KEY_SUGGEST, NULL, 0, "print the list of modules that the records call for",
	  1 },
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))
#define OPTIONS_MAX 64

#define USAGE(...)                                                                                 \
	do {                                                                                       \
		msg_error(__VA_ARGS__);                                                            \
		exit(EX_USAGE);                                                                    \
	} while (0)

static void set_action(struct options *options, enum options_action action)
{
	if (options->action != ACTION_LOCK && options->action != action)
		USAGE("--status, --events, --suggest, --list and --remove exclude each other");
	options->action = action;
}

static void check(const struct options *options)
{
	bool lists = options->allow || options->block || options->namespaces || options->cgroups ||
		     options->units || options->audit || options->best_effort || options->origin ||
		     options->group_count || options->arguments || options->untrusted ||
		     options->modules || options->modules_files || options->learn || options->paths;

	if (options->action != ACTION_LOCK && lists)
		USAGE("lists, kinds, cgroups, units, groups, origins, --learn, --path, --audit and --best-effort go with locking only");
	if (options->action != ACTION_LOCK && options->action != ACTION_LIST && options->profile)
		USAGE("a profile goes with locking and --list only");
	if (options->boot && (options->action != ACTION_LOCK || lists || options->profile))
		USAGE("--boot and --config go by the settings files: no profile, list or other action goes with them");
	if (options->denied && options->action != ACTION_EVENTS)
		USAGE("--denied goes with --events only");
	if (options->timed && options->action != ACTION_EVENTS && options->action != ACTION_SUGGEST)
		USAGE("--since goes with --events and --suggest only");
	if (options->dry_run && options->action != ACTION_LOCK)
		USAGE("--dry-run goes with locking only");
	if (options->journal && (options->action != ACTION_EVENTS || options->json))
		USAGE("--journal goes with --events only, and without --json");
	if (options->follow && options->action != ACTION_EVENTS)
		USAGE("--follow goes with --events only");
	if (options->json && options->action != ACTION_EVENTS && options->action != ACTION_STATUS)
		USAGE("--json goes with --status and --events only");
	if (options->verbose && options->quiet)
		USAGE("--verbose and --quiet exclude each other");
}

struct input {
	struct options *options;
	const struct options_help *help;
	const struct argp_option *table; /* OPTIONS_MAX rows, some without a name */
};

/* What getopt did not take. */
static void explain_error(const struct argp_state *state)
{
	char text[MISTAKE_MAX];

	mistake_explain(((const struct input *)state->input)->table, OPTIONS_MAX, state, text);
	USAGE("%s", text);
}

/* Refuses @word, "--NAME" or "--NAME=VALUE", if it is not exactly one of the names of @table. */
static void check_name(const struct argp_option *table, const char *word)
{
	size_t length = strcspn(word, "=");
	char name[NEAR_MAX];
	struct near near = { name };

	snprintf(name, sizeof(name), "%.*s", (int)length - 2, word + 2);
	for (size_t i = 0; i < OPTIONS_MAX; i++) {
		if (!table[i].name)
			continue;
		if (strlen(table[i].name) == length - 2 && !strcmp(table[i].name, name))
			return;
		if (!(table[i].flags & OPTION_HIDDEN))
			near_try(&near, table[i].name);
	}
	USAGE("unknown option '%.*s'%s%s; --help shows all", length > 64 ? 64 : (int)length, word,
	      near.best ? "; did you mean --" : "", near.best ? near.best : "");
}

/* No abbreviation is taken: with an option that is new it would become another. */
static void check_names(const struct argp_option *table, char *const *argv)
{
	for (argv++; *argv && strcmp(*argv, "--") != 0; argv++)
		if (!strncmp(*argv, "--", 2))
			check_name(table, *argv);
}

/* Whether @letter is one of keys[], which is then set. */
static bool set_key(const struct input *input, int letter, const char *arg)
{
	struct value value = { input->options };
	const struct key *key = keys;
	int err;

	while (key->name && (key->letter != letter || !keys_has(key, input->help->kinds)))
		key++;
	if (!key->name)
		return false;
	value.key = key->name;
	err = key->set(&value, arg ? arg : "yes");
	if (err == -EINVAL)
		USAGE("%s", value.why);
	if (err) {
		msg_error("cannot keep the options: out of memory");
		exit(EX_OSERR);
	}
	return true;
}

/* Options that are one switch each, or one thing to do. */
static const struct {
	int key;
	size_t flag; /* in struct options; 0: action */
	enum options_action action;
} switches[] = {
	{ KEY_BOOT, offsetof(struct options, boot) },
	{ KEY_DRY_RUN, offsetof(struct options, dry_run) },
	{ KEY_CONFIG, offsetof(struct options, boot) },
	{ KEY_CONFIG, offsetof(struct options, dry_run) },
	{ KEY_JOURNAL, offsetof(struct options, journal) },
	{ KEY_DENIED, offsetof(struct options, denied) },
	{ KEY_STAMP, offsetof(struct options, stamp) },
	{ KEY_AMONG, offsetof(struct options, among) },
	{ KEY_FAIL_CLOSED, offsetof(struct options, boot) },
	{ KEY_FAIL_CLOSED, offsetof(struct options, lenient) },
	{ KEY_JSON, offsetof(struct options, json) },
	{ 'f', offsetof(struct options, follow) },
	{ 'v', offsetof(struct options, verbose) },
	{ 'q', offsetof(struct options, quiet) },
	{ 's', 0, ACTION_STATUS },
	{ 'e', 0, ACTION_EVENTS },
	{ KEY_SUGGEST, 0, ACTION_SUGGEST },
	{ 'l', 0, ACTION_LIST },
	{ 'r', 0, ACTION_REMOVE },
};

/* Whether @key is one of them, which is then set. */
static bool set_switch(struct options *options, int key)
{
	bool found = false;

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (switches[i].key != key)
			continue;
		if (switches[i].flag)
			*(bool *)((char *)options + switches[i].flag) = true;
		else
			set_action(options, switches[i].action);
		found = true;
	}
	return found;
}

/* No option is the argument of the one before it, whose own is missing: --modules --audit. */
static void check_argument(const struct argp_state *state, const char *arg)
{
	if (state->next >= 2 && arg == state->argv[state->next - 1] && !strncmp(arg, "--", 2))
		USAGE("option '%.64s' wants an argument; --help shows all",
		      state->argv[state->next - 2]);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct input *input = state->input;

	if (key != ARGP_KEY_ARG && arg)
		check_argument(state, arg);
	if (set_key(input, key, arg) || set_switch(input->options, key))
		return 0;
	switch (key) {
	case ARGP_KEY_INIT:
		/* getopt would print an unknown option as it is: long, or over several lines. */
		state->flags |= ARGP_NO_ERRS;
		return 0;
	case KEY_SINCE:
		input->options->timed = true;
		if (clock_parse(arg, &input->options->since))
			USAGE("unknown time '%.64s': it is one of " CLOCK_FORMS, arg);
		return 0;
	case '?':
	case KEY_USAGE:
		mistake_help(state, key == KEY_USAGE);
	case 'V':
		version_print(stdout, state->name);
		exit(msg_flush() ? EX_IOERR : 0);
	case ARGP_KEY_ERROR:
		explain_error(state);
		return 0;
	case ARGP_KEY_ARG:
		USAGE("unexpected argument '%.64s'", arg);
	case ARGP_KEY_SUCCESS:
		check(input->options);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void read_settings(struct options *options, unsigned kinds)
{
	struct settings_error error;
	int err = settings_read(options, "", msg_program(), kinds, &error);
	char *stray;

	if (options->lenient)
		return;
	stray = stray_find("", msg_program(), options->among);
	if (stray)
		msg_warning("no program reads %s", stray);
	free(stray);
	if (!err)
		return;
	if (err == -EINVAL)
		msg_error("cannot use '%s': %s", error.where, error.why);
	else
		msg_error("cannot read '%s': %s", error.where, strerror(-err));
	exit(EX_CONFIG);
}

/* The keys of programs of @kinds that are of origins, or all others. */
static size_t fill_keys(struct argp_option *table, unsigned kinds, bool origins)
{
	size_t count = 0;

	for (const struct key *key = keys; key->name; key++) {
		if (!key->on_command_line || !keys_has(key, kinds) ||
		    (key->kind == KEYS_ORIGINS) != origins)
			continue;
		table[count++] = (struct argp_option){
			key->name,
			key->letter,
			key->argument ? key->argument : "no",
			key->argument ? 0 : OPTION_ARG_OPTIONAL,
			key->help,
			origins,
		};
	}
	return count;
}

/* All that the command line can have, by groups, as argp wants it. */
static void fill(struct argp_option table[OPTIONS_MAX], const struct options_help *help)
{
	size_t count = fill_keys(table, help->kinds, false), i = 0;

	for (; !actions[i].group; i++)
		table[count++] = actions[i];
	if (help->kinds & KEYS_ORIGINS) {
		table[count++] =
			(struct argp_option){ .doc = "Where modules and firmware may come from:",
					      .group = 1 };
		count += fill_keys(table + count, help->kinds, true);
	}
	if (!(help->kinds & KEYS_RECORDS)) {
		table[count] = suggest[!!(help->kinds & KEYS_MODULES)];
		table[count++].group = 2;
	}
	for (; i < ACTIONS; i++) {
		table[count] = actions[i];
		/* Where nothing is decided. */
		if (help->kinds & KEYS_RECORDS && actions[i].key == KEY_SINCE)
			table[count].doc = "with --events, only from then on: " CLOCK_FORMS;
		if (help->kinds & KEYS_RECORDS && actions[i].key == KEY_DENIED)
			table[count].flags = OPTION_HIDDEN;
		table[count++].group += actions[i].group > 0;
	}
}

void options_parse(struct options *options, const struct options_help *help, int argc, char **argv)
{
	struct argp_option table[OPTIONS_MAX] = { 0 };
	struct argp argp = { .options = table, .parser = parse };
	struct input input = { options, help, table };
	char *doc;

	if (asprintf(&doc, "%s\v%s", help->purpose, help->examples) < 0)
		exit(EX_OSERR);
	fill(table, help);
	argp.doc = doc;
	check_names(table, argv);
	options->action = ACTION_LOCK;
	options->records = help->kinds & KEYS_RECORDS;
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &input))
		exit(EX_OSERR);
	free(doc);
	msg_level(options->quiet, options->verbose);
	if (options->boot)
		read_settings(options, help->kinds);
}
