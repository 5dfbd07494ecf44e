// SPDX-License-Identifier: GPL-2.0-only
/*
 * door PROGRAM: does, from where it is, the operation that doors.h has for PROGRAM. Exits with 0 if
 * it was allowed, 1 if it was denied with EPERM, 2 if there is none.
 */
#include <stdio.h>
#include <string.h>

#include "doors.h"

int main(int argc, char **argv)
{
	for (unsigned int i = 0; argc == 2 && i < DOORS; i++)
		if (!strcmp(doors[i].program, argv[1]))
			return doors[i].try() == EPERM;
	fprintf(stderr, "door: doors.h has none of '%s'\n", argc == 2 ? argv[1] : "");
	return 2;
}
