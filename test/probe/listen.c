// SPDX-License-Identifier: GPL-2.0-only
/* listen PATH: listens on a UNIX socket there, and says so when it does. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 64;
	strcpy(address.sun_path, argv[1]);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8)) {
		perror(argv[1]);
		return 2;
	}
	puts("listening");
	fflush(stdout);
	for (;;)
		pause();
}
