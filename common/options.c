// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "config.h"
#include "msg.h"
#include "namespace.h"
#include "options.h"

#define VERSION "0.1.0"

enum {
	KEY_AUDIT = 256,
	KEY_BEST_EFFORT,
	KEY_JSON,
	KEY_ROOTFS,
	KEY_RO,
	KEY_RO_DEV,
	KEY_USAGE,
	KEY_BOOT,
	KEY_CONFIG,
	KEY_DRY_RUN,
	KEY_JOURNAL,
};

static const struct argp_option option_table[] = {
	{ "profile", 'p', "PROFILE", 0,
	  "allow (none, privileged), baseline (restrict) or restricted (deny)", 0 },
	{ "allow", 'a', "LIST", 0, "under baseline, allow these operations to everybody", 0 },
	{ "block", 'b', "LIST", 0, "deny these operations to everybody", 0 },
	{ "namespaces", 'n', "KINDS", 0,
	  "trust who is in the initial namespace of all these kinds: " NAMESPACE_KINDS
	  " (default: pid)",
	  0 },
	{ "cgroup", 'c', "CGROUP", 0,
	  "also trust every process in the cgroup (v2) at this path and below; can be repeated",
	  0 },
	{ "audit", KEY_AUDIT, NULL, 0, "decide and record, deny nothing", 0 },
	{ "best-effort", KEY_BEST_EFFORT, NULL, 0,
	  "attach even where the kernel can be made to skip the program", 0 },
	{ "boot", KEY_BOOT, NULL, 0,
	  "lock as the settings files in /etc/bpflock say; with bpflock=off on the kernel command "
	  "line, don't",
	  0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "check all that is asked for, lock nothing", 0 },
	{ "config", KEY_CONFIG, NULL, 0, "check the settings files: --boot --dry-run", 1 },
	{ "status", 's', NULL, 0, "print what is active, since when, and what was decided", 1 },
	{ "events", 'e', NULL, 0, "print the records of what was decided, oldest first", 1 },
	{ "follow", 'f', NULL, 0, "with --events, go on with new ones", 1 },
	{ "json", KEY_JSON, NULL, 0, "with --status or --events, print JSON", 1 },
	{ "journal", KEY_JOURNAL, NULL, 0, "with --events, write to the systemd journal", 1 },
	{ "list", 'l', NULL, 0, "print the operations that this kernel knows", 1 },
	{ "remove", 'r', NULL, 0, "stop enforcing", 1 },
	{ "verbose", 'v', NULL, 0, "also print what libbpf and the verifier say", 2 },
	{ "quiet", 'q', NULL, 0, "print errors only", 2 },
	{ "help", '?', NULL, 0, "print this", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "print the options in short", -1 },
	{ "version", 'V', NULL, 0, "print the version", -1 },
	{ 0 },
};

/* For the programs that have origins. */
static const struct argp_option origin_table[] = {
	{ "rootfs", KEY_ROOTFS, NULL, 0, "only from the root filesystem", 0 },
	{ "ro", KEY_RO, NULL, 0, "and only while it is mounted read-only", 0 },
	{ "ro-dev", KEY_RO_DEV, NULL, 0, "and only while its block device is read-only (dm-verity)",
	  0 },
	{ 0 },
};

static const struct {
	const char *word;
	enum policy_profile profile;
} profiles[] = {
	/* The canonical name of each comes first. */
	{ "allow", PROFILE_ALLOW },	  { "none", PROFILE_ALLOW },
	{ "privileged", PROFILE_ALLOW },  { "baseline", PROFILE_BASELINE },
	{ "restrict", PROFILE_BASELINE }, { "restricted", PROFILE_RESTRICTED },
	{ "deny", PROFILE_RESTRICTED },
};

#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

enum policy_profile options_profile(const char *word)
{
	for (size_t i = 0; i < PROFILES; i++)
		if (!strcmp(profiles[i].word, word))
			return profiles[i].profile;
	return 0;
}

const char *options_profile_name(enum policy_profile profile)
{
	for (size_t i = 0; i < PROFILES; i++)
		if (profiles[i].profile == profile)
			return profiles[i].word;
	return "unknown";
}

#define USAGE(...)                                                                                 \
	do {                                                                                       \
		msg_error(__VA_ARGS__);                                                            \
		exit(EX_USAGE);                                                                    \
	} while (0)

int options_append(char **list, const char *more)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *list ? *list : "", *list ? "," : "", more) < 0)
		return -ENOMEM;
	free(*list);
	*list = joined;
	return 0;
}

int options_add_cgroup(struct options *options, char *path)
{
	char **more = reallocarray(options->cgroups, options->cgroup_count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	more[options->cgroup_count++] = path;
	options->cgroups = more;
	return 0;
}

static void keep(int err)
{
	if (!err)
		return;
	msg_error("cannot keep the options: out of memory");
	exit(EX_OSERR);
}

static void set_action(struct options *options, enum options_action action)
{
	if (options->action != ACTION_LOCK && options->action != action)
		USAGE("--status, --events, --list and --remove exclude each other");
	options->action = action;
}

static void set_profile(struct options *options, const char *word)
{
	enum policy_profile profile = options_profile(word);

	if (!profile)
		USAGE("unknown profile '%.64s': it is one of " OPTIONS_PROFILES, word);
	if (options->profile && options->profile != profile)
		USAGE("more than one profile given");
	options->profile = profile;
}

static void set_namespaces(struct options *options, const char *list)
{
	char bad[64];
	int err = namespace_parse(list, &options->namespaces, bad, sizeof(bad));

	if (err)
		USAGE("%s namespace kind '%s': known are " NAMESPACE_KINDS,
		      *bad ? "unknown" : "empty", bad);
}

static void check(const struct options *options)
{
	bool lists = options->allow || options->block || options->namespaces || options->cgroups ||
		     options->audit || options->best_effort || options->origin;

	if (options->action != ACTION_LOCK && lists)
		USAGE("lists, kinds, cgroups, origins, --audit and --best-effort go with locking only");
	if (options->action != ACTION_LOCK && options->action != ACTION_LIST && options->profile)
		USAGE("a profile goes with locking and --list only");
	if (options->boot && (options->action != ACTION_LOCK || lists || options->profile))
		USAGE("--boot and --config go by the settings files: no profile, list or other action goes with them");
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

/* getopt stays at letters that are not all read, and is past anything else. */
static const char *at_error(const struct argp_state *state)
{
	const char *next = state->argv[state->next], *last = state->argv[state->next - 1];

	return *last == '-' || !next ? last : next;
}

struct input {
	struct options *options;
	const struct options_help *help;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct input *input = state->input;
	struct options *options = input->options;

	switch (key) {
	case ARGP_KEY_INIT:
		/* getopt would print an unknown option as it is: long, or over several lines. */
		state->flags |= ARGP_NO_ERRS;
		if (input->help->origins)
			state->child_inputs[0] = options;
		return 0;
	case 'p':
		set_profile(options, arg);
		return 0;
	case 'a':
		keep(options_append(&options->allow, arg));
		return 0;
	case 'b':
		keep(options_append(&options->block, arg));
		return 0;
	case 'n':
		set_namespaces(options, arg);
		return 0;
	case 'c':
		keep(options_add_cgroup(options, arg));
		return 0;
	case KEY_AUDIT:
		options->audit = true;
		return 0;
	case KEY_BEST_EFFORT:
		options->best_effort = true;
		return 0;
	case KEY_BOOT:
		options->boot = true;
		return 0;
	case KEY_CONFIG:
		options->boot = true;
		options->dry_run = true;
		return 0;
	case KEY_DRY_RUN:
		options->dry_run = true;
		return 0;
	case KEY_JOURNAL:
		options->journal = true;
		return 0;
	case 's':
		set_action(options, ACTION_STATUS);
		return 0;
	case 'e':
		set_action(options, ACTION_EVENTS);
		return 0;
	case 'f':
		options->follow = true;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case 'l':
		set_action(options, ACTION_LIST);
		return 0;
	case 'r':
		set_action(options, ACTION_REMOVE);
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case '?':
	case KEY_USAGE:
		state->flags &= ~ARGP_NO_ERRS;
		argp_state_help(state, stdout,
				key == '?' ? ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK
					   : ARGP_HELP_USAGE);
		exit(msg_flush() ? EX_IOERR : 0);
	case 'V':
		printf("%s (bpflock) " VERSION "\n", state->name);
		exit(msg_flush() ? EX_IOERR : 0);
	case ARGP_KEY_ERROR:
		USAGE("unknown option, or one whose argument is missing or not wanted, at '%.64s'; "
		      "--help shows all",
		      at_error(state));
	case ARGP_KEY_ARG:
		USAGE("unexpected argument '%.64s'", arg);
	case ARGP_KEY_SUCCESS:
		check(options);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_origin(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	enum policy_origin origin;

	(void)arg;
	switch (key) {
	case KEY_ROOTFS:
		origin = ORIGIN_ROOTFS;
		break;
	case KEY_RO:
		origin = ORIGIN_RO;
		break;
	case KEY_RO_DEV:
		origin = ORIGIN_RO_DEV;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (options->origin < origin)
		options->origin = origin;
	return 0;
}

static void read_settings(struct options *options, bool origins)
{
	static struct config_error error;
	int err = config_read(options, "", msg_program(), origins, &error);

	if (!err)
		return;
	if (err == -EINVAL)
		msg_error("cannot use '%s': %s", error.where, error.why);
	else
		msg_error("cannot read '%s': %s", error.where, strerror(-err));
	exit(EX_CONFIG);
}

void options_parse(struct options *options, const struct options_help *help, int argc, char **argv)
{
	static const struct argp origin_argp = { .options = origin_table, .parser = parse_origin };
	static const struct argp_child origins[] = {
		{ &origin_argp, 0, "Where modules and firmware may come from:", 1 }, { 0 }
	};
	struct argp argp = { .options = option_table, .parser = parse };
	struct input input = { options, help };
	char *doc;

	if (asprintf(&doc, "%s\v%s", help->purpose, help->examples) < 0)
		exit(EX_OSERR);
	argp.doc = doc;
	argp.children = help->origins ? origins : NULL;
	options->action = ACTION_LOCK;
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &input))
		exit(EX_OSERR);
	free(doc);
	msg_level(options->quiet, options->verbose);
	if (options->boot)
		read_settings(options, help->origins);
}
