// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "release.h" /* made by GNUmakefile: VERSION, and ERRATA, "NUMBER. WORDS" each */
#include "words/version.h"

void version_print(FILE *stream, const char *tool)
{
	static const char *const errata[] = { ERRATA };

	fprintf(stream, "%s%s " VERSION "\n", tool, strcmp(tool, "bpflock") ? " (bpflock)" : "");
	for (size_t i = 0; i < sizeof(errata) / sizeof(errata[0]); i++)
		fprintf(stream, "fixed: erratum %s\n", errata[i]);
}
