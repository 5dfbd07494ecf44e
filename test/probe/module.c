// SPDX-License-Identifier: GPL-2.0-only
/*
 * module HOW ARGUMENT...: one way of loading or unloading a module.
 *	file FILE [PARAMETERS [FLAGS]]	finit_module(2) with the numeric FLAGS
 *	memory FILE [PARAMETERS]	init_module(2)
 *	memfd FILE			finit_module(2) of a copy in a memfd
 *	tmpfile FILE FOLDER		of a copy in a file of FOLDER that never had a name
 *	unlinked FILE			of FILE, whose name is taken away before
 *	unload NAME			delete_module(2)
 *	file32 FILE, memory32 FILE, unload32 NAME	the same by 32-bit calls
 *	kexec NOTHING			kexec_load(2) of nothing
 * Exits with 0 if it succeeded, 1 if it was denied with EPERM, 2 if it could not be tried,
 * 3 if it was refused by something else, which is said.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call32.h"

static int result(long ret)
{
	if (ret >= 0)
		return 0;
	if (errno == EPERM)
		return 1;
	printf("%s\n", strerror(errno));
	return 3;
}

static int from_memory(int fd, off_t size, const char *parameters)
{
	void *image = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);

	return image == MAP_FAILED
		       ? 2
		       : result(syscall(SYS_init_module, image, (size_t)size, parameters));
}

/* A file that is open for writing can't be loaded: it is opened once more. */
static int from_copy(int fd, off_t size, int copy)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", copy);
	if (copy < 0 || sendfile(copy, fd, NULL, (size_t)size) != size)
		return 2;
	again = open(path, O_RDONLY);
	if (again < 0)
		return 2;
	close(copy);
	return result(syscall(SYS_finit_module, again, "", 0));
}

static int unload32(const char *name)
{
	char *low = low_memory(4096);

	if (low == MAP_FAILED)
		return 2;
	snprintf(low, 4096, "%s", name);
	return result(enter32(129, (long)low, O_NONBLOCK, 0, 0, 0));
}

/* Memory that nothing was written to is an empty list of parameters. */
static int file32(int fd)
{
	char *low = low_memory(4096);

	return low == MAP_FAILED ? 2 : result(enter32(NR32(350, 379), fd, (long)low, 0, 0, 0));
}

static int memory32(int fd, off_t size)
{
	char *low = low_memory((size_t)size + 1);

	if (low == MAP_FAILED || read(fd, low, (size_t)size) != size)
		return 2;
	return result(enter32(128, (long)low, size, (long)(low + size), 0, 0));
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[1] : "", *what = argc > 2 ? argv[2] : "";
	const char *more = argc > 3 ? argv[3] : "";
	struct stat st;
	int fd;

	if (!strcmp(how, "unload"))
		return result(syscall(SYS_delete_module, what, O_NONBLOCK));
	if (!strcmp(how, "unload32"))
		return unload32(what);
	if (!strcmp(how, "kexec"))
		return result(syscall(SYS_kexec_load, 0, 0, NULL, 0));
	fd = open(what, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		return 2;
	if (!strcmp(how, "file"))
		return result(syscall(SYS_finit_module, fd, more, argc > 4 ? atoi(argv[4]) : 0));
	if (!strcmp(how, "file32"))
		return file32(fd);
	if (!strcmp(how, "memory32"))
		return memory32(fd, st.st_size);
	if (!strcmp(how, "unlinked"))
		return unlink(what) ? 2 : result(syscall(SYS_finit_module, fd, more, 0));
	if (!strcmp(how, "memory"))
		return from_memory(fd, st.st_size, more);
	if (!strcmp(how, "memfd"))
		return from_copy(fd, st.st_size, memfd_create("copy", 0));
	if (!strcmp(how, "tmpfile"))
		return from_copy(fd, st.st_size, open(more, O_TMPFILE | O_RDWR, 0600));
	return 64;
}
