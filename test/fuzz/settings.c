// SPDX-License-Identifier: GPL-2.0-only
/* A settings file of any bytes: good, or wrong in a line that it has, for a reason of one line. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "options/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options options = { 0 };
	char *text = malloc(size + 1);
	unsigned line = 0;
	struct settings_error error = { 0 };
	int err;

	if (size)
		memcpy(text, data, size);
	err = settings_parse(&options, text, size, KEYS_ORIGINS | KEYS_GROUPS, &line, &error);
	if (err && (err != -EINVAL || !*error.why || !line || line > size + 1))
		abort();
	if (!err && options.profile > PROFILE_RESTRICTED)
		abort();
	free(options.allow);
	free(options.block);
	free(options.cgroups); /* the paths are kept for life: run with leaks ignored */
	free(options.units);
	for (size_t i = 0; i < options.place_count; i++)
		if (!options_where(&options, options.places[i].key, options.places[i].end - 1))
			abort();
	free(options.places);
	free(text);
	return 0;
}
