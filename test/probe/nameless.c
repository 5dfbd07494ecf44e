// SPDX-License-Identifier: GPL-2.0-only
/*
 * nameless KIND[:FOLDER] VIA [FILE [COMMAND...]]: puts FILE, by default itself, into a file of
 * this kind, has it as descriptor 9 (kind fd: it is there), and executes or maps it; VIA again-...:
 * maps what is in memory by map_files. Exits with 0 done, 1 denied with EPERM and alive, 2 could
 * not be tried, 3 another refusal, 4 killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FD 9
#define PAYLOAD "NAMELESS_PAYLOAD"

static const char *folder = "/tmp";
static char path[256], other[256];
static void *mapped;
static size_t size;

/* Whether @word is one of the words of @list. */
static bool among(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static void stop(const char *what)
{
	fprintf(stderr, "nameless: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void fill(int to, const char *file)
{
	int from = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (from < 0 || fstat(from, &st))
		stop(file);
	size = ((size_t)st.st_size + 4095) & ~4095UL;
	/* hugetlbfs can only be mapped */
	if (mapped ? read(from, mapped, (size_t)st.st_size) != st.st_size
		   : sendfile(to, from, NULL, (size_t)st.st_size) != st.st_size)
		stop("fill");
	close(from);
}

/* What is open to be written can't be executed. */
static int reopen(int fd)
{
	char name[32];
	int again;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	again = open(name, O_RDONLY);
	close(fd);
	return again;
}

static int make_memfd(const char *kind, const char *file)
{
	unsigned int flags = !strcmp(kind, "huge")     ? MFD_HUGETLB
			     : !strcmp(kind, "sealed") ? MFD_ALLOW_SEALING
						       : 0;
	int fd = (int)syscall(SYS_memfd_create, "a b\nc", flags);

	if (fd < 0)
		stop("memfd_create");
	if (flags == MFD_HUGETLB) {
		if (ftruncate(fd, 4 << 20))
			stop("ftruncate");
		mapped = mmap(NULL, 4 << 20, PROT_WRITE, MAP_SHARED, fd, 0);
		if (mapped == MAP_FAILED)
			stop("huge page");
	}
	fill(fd, file);
	if (mapped)
		munmap(mapped, 4 << 20);
	mapped = NULL;
	if (flags == MFD_ALLOW_SEALING && fcntl(fd, F_ADD_SEALS, 15))
		stop("F_ADD_SEALS");
	return fd;
}

static int make_memory(const char *kind, const char *file)
{
	mapped = MAP_FAILED;
	if (!strcmp(kind, "sysv")) {
		int id = shmget(IPC_PRIVATE, 4 << 20, IPC_CREAT | 0700);

		mapped = shmat(id, NULL, 0);
		shmctl(id, IPC_RMID, NULL);
	} else {
		mapped = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			      0);
	}
	if (mapped == MAP_FAILED)
		stop(kind);
	fill(-1, file);
	return open("/dev/null", O_RDONLY);
}

static int make_file(const char *kind, const char *file)
{
	bool tmpfile = among("tmpfile tmpexcl linked relinked", kind);
	char name[32];
	int fd;

	snprintf(path, sizeof(path), "%s/file.%d", folder, getpid());
	snprintf(other, sizeof(other), "%s/other.%d", folder, getpid());
	if (tmpfile)
		fd = open(folder, O_TMPFILE | O_RDWR | (strcmp(kind, "tmpexcl") ? 0 : O_EXCL),
			  0700);
	else
		fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0700);
	if (fd < 0)
		stop(folder);
	fill(fd, file);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (among("linked relinked", kind) &&
	    linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		stop("linkat");
	fd = reopen(fd);
	if (!strcmp(kind, "hardlink") && link(path, other))
		stop("link");
	if (!strcmp(kind, "renamed") && rename(path, other))
		stop("rename");
	if (among("relinked unlinked hardlink", kind) && unlink(path))
		stop("unlink");
	return fd;
}

static int make(const char *kind, const char *file)
{
	struct stat st;

	if (!strcmp(kind, "fd")) {
		if (!fstat(FD, &st))
			size = (size_t)st.st_size;
		return FD;
	}
	if (among("memfd huge sealed", kind))
		return make_memfd(kind, file);
	if (among("sysv zero", kind))
		return make_memory(kind, file);
	return make_file(kind, file);
}

static int refused(void)
{
	int err = errno;

	if (err != EPERM)
		fprintf(stderr, "nameless: %s\n", strerror(err));
	return err == EPERM ? 1 : 3;
}

static int execute(const char *via, char **argv, pid_t holder)
{
	extern char **environ;
	char name[64];

	setenv(PAYLOAD, "1", 1);
	snprintf(name, sizeof(name), "/proc/%d/fd/%d", holder, FD);
	if (!strcmp(via, "map"))
		snprintf(name, sizeof(name), "/proc/self/map_files/%lx-%lx", (long)mapped,
			 (long)mapped + (4 << 20));
	if (!strcmp(via, "at"))
		syscall(SYS_execveat, FD, "", argv, environ, AT_EMPTY_PATH);
	else if (!strcmp(via, "fexecve"))
		fexecve(FD, argv, environ);
	else if (!strcmp(via, "path"))
		execve(argv[0], argv, environ);
	else
		execve(name, argv, environ);
	return refused();
}

/* What is in memory is opened anew, as descriptor 9. */
static void open_mapped(void)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "/proc/self/map_files/%lx-%lx", (long)mapped,
		 (long)mapped + (4 << 20));
	fd = open(name, O_RDONLY);
	if (fd < 0 || dup2(fd, FD) < 0)
		stop(name);
	mapped = NULL;
}

static int map(const char *via)
{
	void *at = mmap(NULL, size, strcmp(via, "mmap") ? PROT_READ : PROT_READ | PROT_EXEC,
			MAP_PRIVATE, FD, 0);

	if (mapped) {
		if (!strcmp(via, "shmat"))
			at = shmat(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0700), NULL, SHM_EXEC);
		else
			at = mapped;
	}
	if (at == MAP_FAILED)
		return refused();
	return !strcmp(via, "mprotect") && mprotect(at, 4096, PROT_READ | PROT_EXEC) ? refused()
										     : 0;
}

int main(int argc, char **argv)
{
	char *colon = argc > 1 ? strchr(argv[1], ':') : NULL, *self[] = { "payload", NULL };
	int fd, status;
	pid_t holder = getpid(), child;

	if (getenv(PAYLOAD))
		return 0;
	if (argc < 3)
		return 64;
	if (colon) {
		*colon = '\0';
		folder = colon + 1;
	}
	fd = make(argv[1], argc > 3 ? argv[3] : "/proc/self/exe");
	if (fd != FD && (dup2(fd, FD) < 0 || close(fd)))
		stop("dup2");
	if (!strncmp(argv[2], "again-", 6)) {
		open_mapped();
		argv[2] += 6;
	}
	if (among("mmap mprotect shmat", argv[2]))
		return map(argv[2]);
	child = fork();
	if (!child) {
		if (!strcmp(argv[2], "other"))
			close(FD);
		else
			holder = getpid();
		_exit(execute(argv[2], argc > 4 ? argv + 4 : self, holder));
	}
	if (waitpid(child, &status, 0) < 0)
		return 2;
	unlink(path);
	unlink(other);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}
