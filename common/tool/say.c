// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "pins/pin.h"
#include "tool/say.h"
#include "words/describe.h"
#include "words/msg.h"

void say_files(const struct options *options)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; stream && i < options->file_count; i++)
		fprintf(stream, "%s'%s'", i ? ", " : "", options->files[i]);
	if (stream)
		fclose(stream);
	msg_say("read: %s", text && *text ? text : "no settings file, as if without options");
	free(text);
}

void say_policy(const struct run *run, const struct policy *policy, const char *before,
		const char *after)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream) {
		describe_policy(stream, policy, run->ops);
		fclose(stream);
	}
	msg_say("%s%s%s", before, text ? text : "in force", after);
	free(text);
}

int say_frozen(const struct run *run, const struct frozen *frozen, const char *before,
	       const char *after)
{
	say_policy(run, &frozen->policy, before, after);
	if (frozen->attachment == ATTACHMENT_BEST_EFFORT)
		msg_warning("best effort: attached as fmod_ret on a kernel that can or may be "
			    "preempted: a determined process gets past it");
	return msg_flush() ? EX_IOERR : 0;
}

int say_pinned(const struct run *run, const struct frozen *frozen, const char *before)
{
	char pins[PIN_PATH_MAX];

	snprintf(pins, sizeof(pins), "; pinned in " PIN_ROOT "/%s%s", run->tool->name,
		 run->tool->seals && run->tool->seals(frozen) ? "; sealed until reboot" : "");
	return say_frozen(run, frozen, before, pins);
}
