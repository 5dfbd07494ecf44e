// SPDX-License-Identifier: GPL-2.0-only
/* bpflock, the launcher: runs the programs of the suite in order, by options or environment. */
#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "kernel/clock.h"
#include "launcher.h"
#include "words/mistake.h"
#include "words/msg.h"
#include "words/near.h"
#include "words/version.h"

enum {
	KEY_JSON = 256,
	KEY_STAY,
	KEY_BOOT,
	KEY_CONFIG,
	KEY_DRY_RUN,
	KEY_AUDIT,
	KEY_BEST_EFFORT,
	KEY_SEAL,
	KEY_DENIED,
	KEY_WITH_EXEC,
	KEY_METRICS,
	KEY_SINCE,
	KEY_SUGGEST,
	KEY_USAGE,
};

#define DIE LAUNCHER_DIE

static void set_action(struct launch *launch, enum launcher_action action)
{
	if (launch->action != LAUNCHER_LOCK && launch->action != action)
		DIE(EX_USAGE,
		    "--status, --metrics, --events, --suggest, --list and --remove exclude each other");
	launch->action = action;
}

/* Whether @key is a switch, which is then set. */
static bool set_switch(struct launch *launch, int key)
{
	bool *const flags[] = {
		[KEY_STAY - KEY_JSON] = &launch->stay,
		[KEY_BOOT - KEY_JSON] = &launch->boot,
		[KEY_DRY_RUN - KEY_JSON] = &launch->dry_run,
		[KEY_AUDIT - KEY_JSON] = &launch->audit,
		[KEY_BEST_EFFORT - KEY_JSON] = &launch->best_effort,
		[KEY_SEAL - KEY_JSON] = &launch->seal,
		[KEY_JSON - KEY_JSON] = &launch->events.json,
		[KEY_DENIED - KEY_JSON] = &launch->events.denied,
		[KEY_WITH_EXEC - KEY_JSON] = &launch->events.with_exec,
	};
	size_t i = (size_t)(key - KEY_JSON);

	if (key < KEY_JSON || i >= sizeof(flags) / sizeof(flags[0]) || !flags[i])
		return false;
	*flags[i] = true;
	return true;
}

/* Whether @key is something to do, which is then to be done. */
static bool set_deed(struct launch *launch, int key)
{
	static const struct {
		int key;
		enum launcher_action action;
	} deeds[] = {
		{ 's', LAUNCHER_STATUS }, { 'e', LAUNCHER_EVENTS },
		{ 'l', LAUNCHER_LIST },	  { KEY_METRICS, LAUNCHER_METRICS },
		{ 'r', LAUNCHER_REMOVE }, { KEY_SUGGEST, LAUNCHER_SUGGEST },
	};

	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		if (deeds[i].key != key)
			continue;
		set_action(launch, deeds[i].action);
		return true;
	}
	return false;
}

static const struct argp_option options[] = {
	{ "--PROGRAM-OPTION=VALUE", 0, NULL, OPTION_DOC | OPTION_NO_USAGE,
	  "lock with PROGRAM, which takes it as --OPTION: --kimglock-profile=baseline; see PROGRAM "
	  "--help",
	  0 },
	{ "profile", 'p', "PROFILE", 0,
	  "lock with all that have a profile, with this one where it is given no other", 1 },
	{ "boot", KEY_BOOT, NULL, 0, "lock with all, as the settings files in /etc/bpflock say",
	  1 },
	{ "audit", KEY_AUDIT, NULL, 0, "all that lock decide and record, and deny nothing", 1 },
	{ "best-effort", KEY_BEST_EFFORT, NULL, 0,
	  "attach even where the kernel can be made to skip the programs", 1 },
	{ "seal", KEY_SEAL, NULL, 0,
	  "what is in force then stays until the machine reboots: --pinlock-profile=restricted",
	  1 },
	{ "stay", KEY_STAY, NULL, 0,
	  "after that stay, and print the records as JSON, a line each; "
	  "after --remove, only stay",
	  1 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "check all that is asked for, lock nothing", 1 },
	{ "config", KEY_CONFIG, NULL, 0, "check the settings files: --boot --dry-run", 2 },
	{ "status", 's', NULL, 0, "print what is active, and the kernel's own switches", 2 },
	{ "metrics", KEY_METRICS, NULL, 0,
	  "print what was counted as OpenMetrics, and test nothing", 2 },
	{ "events", 'e', NULL, 0, "print the records of all programs, by time", 2 },
	{ "denied", KEY_DENIED, NULL, 0, "with --events, only what was denied", 2 },
	{ "suggest", KEY_SUGGEST, NULL, 0,
	  "print the settings that the records of each program call for", 2 },
	{ "since", KEY_SINCE, "TIME", 0,
	  "with --events or --suggest, only from then on: " CLOCK_FORMS, 2 },
	{ "with-exec", KEY_WITH_EXEC, NULL, 0,
	  "with --events --denied, also what those processes and their parents executed before",
	  2 },
	{ "follow", 'f', NULL, 0, "with --events, go on with new ones", 2 },
	{ "json", KEY_JSON, NULL, 0, "with --status or --events, print JSON", 2 },
	{ "list", 'l', NULL, 0, "print the operations that this kernel knows, of each program", 2 },
	{ "remove", 'r', NULL, 0, "stop enforcing", 2 },
	{ "help", '?', NULL, 0, "print this", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "print the options in short", -1 },
	{ "version", 'V', NULL, 0, "print the version and the errata fixed in it", -1 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct launch *launch = state->input;
	char mistake[MISTAKE_MAX];

	if (set_switch(launch, key) || set_deed(launch, key))
		return 0;
	switch (key) {
	case ARGP_KEY_INIT:
		/* getopt would print an unknown option as it is: long, or over several lines. */
		state->flags |= ARGP_NO_ERRS;
		return 0;
	case 'p':
		if (launch->profile && strcmp(launch->profile, arg))
			DIE(EX_USAGE, "more than one profile given");
		launch->profile = arg;
		return 0;
	case 'f':
		launch->events.follow = true;
		return 0;
	case KEY_SINCE:
		if (clock_parse(arg, &(__u64){ 0 }))
			DIE(EX_USAGE, "unknown time '%.64s': it is one of " CLOCK_FORMS, arg);
		launch->events.since = arg;
		return 0;
	case KEY_CONFIG:
		launch->boot = launch->dry_run = true;
		return 0;
	case '?':
	case KEY_USAGE:
		mistake_help(state, key == KEY_USAGE);
	case 'V':
		version_print(stdout, "bpflock");
		exit(msg_flush() ? EX_IOERR : 0);
	case ARGP_KEY_ERROR:
		mistake_explain(options, sizeof(options) / sizeof(options[0]), state, mistake);
		DIE(EX_USAGE, "%s", mistake);
	case ARGP_KEY_ARG:
		DIE(EX_USAGE, "unexpected argument '%.64s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Refuses what is exactly none of the long options: no abbreviation is taken. */
static void check_names(char *const *argv)
{
	for (argv++; *argv && strcmp(*argv, "--") != 0; argv++) {
		size_t length = strcspn(*argv, "=");
		char word[NEAR_MAX];
		struct near near = { word };
		const char *program;
		bool found = false;

		if (strncmp(*argv, "--", 2) != 0)
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)length - 2, *argv + 2);
		for (const struct argp_option *option = options; option->name; option++) {
			near_try(&near, option->flags & OPTION_DOC ? "" : option->name);
			found |= !strcmp(option->name, word);
		}
		if (found && length - 2 < sizeof(word))
			continue;
		/* Its name alone. */
		if (given_program(word, '\0') < launcher_count)
			DIE(EX_USAGE,
			    "'--%s' names a program and no option of it: give one, such as "
			    "--kimglock-profile=baseline",
			    word);
		program = near.best ? NULL : given_near(word, '-');
		DIE(EX_USAGE, "unknown option '%.*s'%s%s%s; --help shows all",
		    length > 64 ? 64 : (int)length, *argv,
		    near.best || program ? "; did you mean --" : "",
		    near.best ? near.best
		    : program ? program
			      : "",
		    program ? strchrnul(word, '-') : "");
	}
}

static void parse_command_line(struct launch *launch, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Lock the kernel with the programs of the suite that are named, or with all, "
		       "in order. What is not named is left as it is.\v"
		       "Each option of a program can be in the environment, and --profile, --audit "
		       "and --best-effort: BPFLOCK_KIMGLOCK_PROFILE=baseline, "
		       "BPFLOCK_PROFILE=baseline. The command line wins.\n\n"
		       "Examples:\n"
		       "  bpflock --profile=baseline             all, the host only\n"
		       "  bpflock --kimglock-profile=restricted --kimglock-allow=hibernation\n"
		       "  bpflock --profile=restricted --seal    nobody, and until the next boot\n"
		       "  bpflock --dry-run --profile=baseline   what that would come to\n",
	};

	argc = given_take(launch, argc, argv);
	check_names(argv);
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, launch))
		exit(EX_OSERR);
}

/* Gives the profile that seals to whose profile is its own affair. */
static void spread_seal(struct launch *launch)
{
	static const char profile[] = "restricted";

	for (size_t p = 0; launch->seal && p < launcher_count; p++) {
		struct launcher_given *given = &launch->given[p];

		if (launcher_is_profiled(p) || launcher_records(p))
			continue;
		if (given_has(given, given->count, "--profile"))
			DIE(EX_USAGE, "--seal is '--%s-profile=%s': both are given",
			    launcher_programs[p], profile);
		launch->wanted[p] = true;
		given_give(launch, p, "profile", strlen("profile"), profile);
	}
}

/* Gives --profile to all that have one and none of their own. */
static void spread_profile(struct launch *launch)
{
	for (size_t p = 0; launch->profile && p < launcher_count; p++) {
		struct launcher_given *given = &launch->given[p];

		if (!launcher_is_profiled(p))
			continue;
		launch->wanted[p] = true;
		if (!given_has(given, given->count, "--profile"))
			given_give(launch, p, "profile", strlen("profile"), launch->profile);
	}
}

/* What the command line, without the environment, gives for nothing. */
static void check_given(const struct launch *launch)
{
	bool any = launch->audit || launch->best_effort || launch->profile;

	for (size_t p = 0; p < launcher_count; p++)
		any |= launch->wanted[p];
	if (any && launch->action != LAUNCHER_LOCK)
		DIE(EX_USAGE, "options of the programs, --profile, --audit and --best-effort go "
			      "with locking only");
}

static void check(const struct launch *launch)
{
	bool locks = launch->action == LAUNCHER_LOCK, named = false;
	bool any = launch->audit || launch->best_effort || launch->profile || launch->seal;

	for (size_t p = 0; p < launcher_count; p++)
		named |= launch->wanted[p];
	if (!locks && (launch->boot || launch->dry_run))
		DIE(EX_USAGE, "--boot, --config and --dry-run go with locking only");
	if (!locks && launch->stay && launch->action != LAUNCHER_REMOVE)
		DIE(EX_USAGE, "--stay goes with locking and --remove only");
	if (launch->dry_run && launch->stay)
		DIE(EX_USAGE, "--dry-run and --config lock nothing: --stay does not go with them");
	if (launch->boot && (any || named))
		DIE(EX_USAGE,
		    "--boot locks as the settings files say: nothing of the programs goes with it");
	if ((launch->events.follow || launch->events.denied) && launch->action != LAUNCHER_EVENTS)
		DIE(EX_USAGE, "--follow and --denied go with --events only");
	if (launch->events.since && launch->action != LAUNCHER_EVENTS &&
	    launch->action != LAUNCHER_SUGGEST)
		DIE(EX_USAGE, "--since goes with --events and --suggest only");
	if (launch->events.with_exec && (!launch->events.denied || launch->events.follow))
		DIE(EX_USAGE, "--with-exec goes with --events --denied, and without --follow");
	if (launch->events.json && launch->action != LAUNCHER_EVENTS &&
	    launch->action != LAUNCHER_STATUS)
		DIE(EX_USAGE, "--json goes with --status and --events only");
	if (locks && !launch->boot && !named)
		DIE(EX_USAGE, "nothing is named to lock with: give an option of a program, such as "
			      "--kimglock-profile=baseline, or for all --profile or --boot");
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

/* Stays until a signal, for a pod that ends is started again. */
static int remove_and_stay(void)
{
	sigset_t signals;
	int signal, status;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	status = remove_all();
	if (!status)
		sigwait(&signals, &signal);
	return status;
}

/* The operations of each, below its name. */
static int list_all(void)
{
	const char *args[] = { "--list", NULL };
	int worst = 0;

	for (size_t i = 0; i < launcher_count; i++) {
		int status;

		printf("%s%s:\n", i ? "\n" : "", launcher_programs[i]);
		status = launcher_run(i, args, -1);
		worst = worst ? worst : status;
	}
	return worst;
}

/* The settings that the records of each call for, and what they leave open to each other. */
static int suggest_all(const char *since)
{
	struct launcher_stamps stamps = { 0 };
	char word[64];
	const char *args[] = { "--suggest", "--stamp", since ? word : NULL, NULL };
	int worst = 0, status;
	bool any = false;

	snprintf(word, sizeof(word), "--since=%s", since ? since : "");
	for (size_t i = 0; i < launcher_count; i++) {
		const char *settings;

		if (launcher_records(i))
			continue;
		stamps.of[i] = launcher_read(i, args, &status);
		any |= status != LAUNCHER_INACTIVE;
		if (status != LAUNCHER_INACTIVE && !worst)
			worst = status;
		settings = stamps.of[i] ? strstr(stamps.of[i], "\n\n") : NULL;
		if (settings)
			printf("%s\n", settings + 2);
	}
	fflush(stdout);
	ways_warn(&stamps);
	stamps_free(&stamps);
	if (any)
		return worst;
	msg_error("nothing is on record: no program is active");
	return LAUNCHER_INACTIVE;
}

int main(int argc, char **argv)
{
	struct launch launch = { .action = LAUNCHER_LOCK };
	int status;

	msg_init("bpflock");
	/* As in tool_run(): how each program ended is to be told. */
	signal(SIGCHLD, SIG_DFL);
	parse_command_line(&launch, argc, argv);
	check_given(&launch);
	/* After the command line, which wins. */
	environment_take(&launch);
	if (launch.action == LAUNCHER_LOCK) {
		spread_seal(&launch);
		spread_profile(&launch);
	}
	check(&launch);
	switch (launch.action) {
	case LAUNCHER_LIST:
		status = list_all();
		break;
	case LAUNCHER_STATUS:
		status = launcher_status(launch.events.json);
		break;
	case LAUNCHER_SUGGEST:
		status = suggest_all(launch.events.since);
		break;
	case LAUNCHER_METRICS:
		status = metrics_print();
		break;
	case LAUNCHER_EVENTS:
		status = launcher_events(&launch.events);
		break;
	case LAUNCHER_REMOVE:
		status = launch.stay ? remove_and_stay() : remove_all();
		break;
	case LAUNCHER_LOCK:
	default:
		status = lock_all(&launch);
		if (!status && launch.stay)
			status = launcher_events(
				&(struct launcher_events){ .json = true, .follow = true });
	}
	return status ? status : msg_flush() ? EX_IOERR : 0;
}
