// SPDX-License-Identifier: GPL-2.0-only
/* A settings file of any bytes: good, or wrong in a line that it has, for a reason of one line. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options options = { 0 };
	char *text = malloc(size + 1);
	unsigned line = 0;
	char why[256] = "";
	int err;

	if (size)
		memcpy(text, data, size);
	err = config_parse(&options, text, size, true, &line, why, sizeof(why));
	if (err && (err != -EINVAL || !*why || !line || line > size + 1))
		abort();
	if (!err && options.profile > PROFILE_RESTRICTED)
		abort();
	free(options.allow);
	free(options.block);
	free(options.cgroups); /* the paths are kept for life: run with leaks ignored */
	free(text);
	return 0;
}
