// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>

#include "kernel/memfd.h"

#ifndef MFD_NOEXEC_SEAL /* Linux 6.3 */
#define MFD_NOEXEC_SEAL 8U
#endif

int memfd_make(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd >= 0 ? fd : memfd_create(name, MFD_CLOEXEC);
}
