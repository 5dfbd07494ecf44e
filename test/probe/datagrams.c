// SPDX-License-Identifier: GPL-2.0-only
/* datagrams PATH: takes what is sent to a UNIX socket there, and prints each with an empty line. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	static char text[1 << 16];
	struct sockaddr_un address = { AF_UNIX, "" };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ssize_t length;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 64;
	strcpy(address.sun_path, argv[1]);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror(argv[1]);
		return 2;
	}
	while ((length = recv(fd, text, sizeof(text), 0)) > 0) {
		printf("%.*s\n", (int)length, text);
		fflush(stdout);
	}
	return 0;
}
