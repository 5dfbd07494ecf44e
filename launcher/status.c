// SPDX-License-Identifier: GPL-2.0-only
/* One view of the machine: the kernel's own switches, and each program's --status. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/line.h"
#include "launcher.h"
#include "words/delayed.h"

static const struct {
	const char *key;
	const char *path;
	bool chosen; /* the word in brackets */
} switches[] = {
	{ "lockdown", "/sys/kernel/security/lockdown", true },
	{ "lsm", "/sys/kernel/security/lsm" },
	{ "module_sig_enforce", "/sys/module/module/parameters/sig_enforce" },
	{ "modules_disabled", "/proc/sys/kernel/modules_disabled" },
	{ "kexec_load_disabled", "/proc/sys/kernel/kexec_load_disabled" },
	{ "unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled" },
	{ "memfd_noexec", "/proc/sys/vm/memfd_noexec" },
};

/* The value of a switch, "" where this kernel does not tell. */
static const char *value_of(size_t i, char *text, size_t size)
{
	char *begin = text;
	int err;

	delayed_watch(switches[i].path);
	err = line_read(AT_FDCWD, switches[i].path, text, size);
	delayed_done();
	if (err < 0)
		return "";
	if (switches[i].chosen && strchr(text, '['))
		begin = strchr(text, '[') + 1;
	if (switches[i].chosen)
		begin[strcspn(begin, "]")] = '\0';
	return begin;
}

static void print_switches(bool json)
{
	char text[1024];

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		const char *value = value_of(i, text, sizeof(text));

		if (!json)
			printf("%-26s %s\n", switches[i].key, *value ? value : "not known");
		else if (*value)
			printf("%s\"%s\":\"%s\"", i ? "," : "", switches[i].key, value);
		else
			printf("%s\"%s\":null", i ? "," : "", switches[i].key);
	}
}

/* What a program says of itself: its exit status. */
static int print_program(size_t i, bool json)
{
	const char *args[] = { "--status", json ? "--json" : NULL, NULL };
	int status;
	char *text = launcher_read(i, args, &status);

	if (!text || !*text)
		printf(json ? "{\"program\":\"%s\",\"status\":\"unknown\"}" : "%s: unknown\n",
		       launcher_programs[i]);
	else /* in JSON all is one line */
		printf("%.*s", json ? (int)strcspn(text, "\n") : (int)strlen(text), text);
	free(text);
	return status;
}

int launcher_status(bool json)
{
	int worst = 0, status;

	fputs(json ? "{\"kernel\":{" : "", stdout);
	print_switches(json);
	fputs(json ? "},\"programs\":[" : "", stdout);
	for (size_t i = 0; i < launcher_count; i++) {
		fputs(json && i ? "," : "", stdout);
		status = print_program(i, json);
		/* What can't be told is not what is not active. */
		if (launcher_is_profiled(i) && status && (!worst || worst == LAUNCHER_INACTIVE))
			worst = status;
	}
	fputs(json ? "]}\n" : "", stdout);
	return worst;
}
