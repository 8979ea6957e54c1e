// SPDX-License-Identifier: GPL-2.0-only
/* Whether there is a signature in a file. */
#include <string.h>
#include "exam.h"

#define PE_OPTIONAL	24	/* from the PE header: the optional header */
#define PE_DIRECTORIES	112	/* from there, in the 64-bit form: the data directories */
#define PE_CERTIFICATES	4	/* the one of those that is about signatures */

/* scripts/sign-file.c: what a file ends in that is signed as modules are */
#define APPENDED	"~Module signature appended~\n"

/* In the certificate table of a PE file, which is data directory 4 (PE format). */
static bool has_certificate(const struct exam *e)
{
	size_t at = number_at(e, PE_OFFSET, 4), directory;

	if (number_at(e, at, 4) != 0x4550)
		return false;
	directory = at + PE_OPTIONAL + PE_DIRECTORIES;
	return number_at(e, at + PE_OPTIONAL, 2) == 0x20b &&
	       number_at(e, directory - 4, 4) > PE_CERTIFICATES &&
	       number_at(e, directory + 8 * PE_CERTIFICATES + 4, 4);
}

/**
 * is_signed() - is there any signature in a file?
 * @fd: the file
 *
 * Return: true if so.  Whether it is good, and whose it is, only the kernel knows.
 */
bool is_signed(int fd)
{
	size_t length = strlen(APPENDED);
	struct exam e = {};
	bool found;

	if (!open_exam(fd, &e))
		return false;
	found = has_certificate(&e) ||
		(e.size > length && !memcmp(e.data + e.size - length, APPENDED, length));
	close_exam(&e);
	return found;
}
