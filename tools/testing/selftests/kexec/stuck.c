// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that somebody waits for who never answers.
 *
 * A FUSE server that answers neither READ nor WRITE leaves the pages of its files
 * locked.  A disk that is such a file leaves pages of its cache locked and under
 * writeback, and a disk that has stopped those of the files on it locked; nobody holds
 * on to these otherwise.  Memory is filled with small pieces of one of them and of
 * the process by turns, and what is the process's is given back.  The files' pages
 * then are between all that is free; a disk's cache is no movable memory, so its
 * pages lie in blocks of their own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/loop.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "selftest.h"

#define PIECE		(64 * 1024UL)
#define LEFT_FREE	(20 * MIB)
#define MOUNT		"/stuck"
#define NAME		"file"
#define NODE		2
#define FILE_SIZE	BIT(40)
#define DISK		"/dev/loop0"
/* What is filled by the process between two pieces of a disk, whose queue is only so long. */
#define STRIDE		(1536 * 1024UL)

/* A server that says what there is, and then nothing more */

static int fuse = -1;

static void reply(const struct fuse_in_header *to, int error, void *data, size_t size)
{
	struct fuse_out_header header = {
		.len = sizeof(header) + size, .error = -error, .unique = to->unique,
	};
	struct iovec parts[] = { { &header, sizeof(header) }, { data, size } };

	if (writev(fuse, parts, 2) < 0 && errno != ENOENT)
		stop("an answer of the file server");
}

static struct fuse_attr attributes(__u64 node)
{
	return (struct fuse_attr) {
		.ino = node, .size = node == NODE ? FILE_SIZE : 0, .nlink = 1,
		.mode = node == NODE ? S_IFREG | 0600 : S_IFDIR | 0700,
	};
}

static void answer_init(const struct fuse_in_header *in)
{
	const struct fuse_init_in *init = (const void *)(in + 1);
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = MIB, .max_write = MIB, .max_background = 65535,
		.congestion_threshold = 65535, .flags = init->flags & FUSE_ASYNC_READ,
	};

	reply(in, 0, &out, sizeof(out));
}

static void answer(const struct fuse_in_header *in)
{
	struct fuse_entry_out entry = {
		.nodeid = NODE, .entry_valid = 3600, .attr_valid = 3600, .attr = attributes(NODE),
	};
	struct fuse_attr_out attr = { .attr_valid = 3600, .attr = attributes(in->nodeid) };
	struct fuse_open_out open = { };

	switch (in->opcode) {
	case FUSE_INIT:
		return answer_init(in);
	case FUSE_LOOKUP:
		return reply(in, 0, &entry, sizeof(entry));
	case FUSE_GETATTR:
		return reply(in, 0, &attr, sizeof(attr));
	case FUSE_OPEN:
		return reply(in, 0, &open, sizeof(open));
	case FUSE_READ:
	case FUSE_WRITE:
	case FUSE_FORGET:
	case FUSE_INTERRUPT:
		return;
	default:
		reply(in, EOPNOTSUPP, NULL, 0);
	}
}

static void *serve(void *unused)
{
	static __u64 request[2 * MIB / sizeof(__u64)];

	for (;;) {
		if (read(fuse, request, sizeof(request)) > 0)
			answer((const void *)request);
		else if (errno != EINTR && errno != EAGAIN && errno != ENOENT)
			stop("a request to the file server");
	}
	return unused;
}

static int open_served(void)
{
	char options[128];
	pthread_t thread;
	int file;

	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse < 0)
		stop("/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (mkdir(MOUNT, 0700) || mount("stuck", MOUNT, "fuse", 0, options))
		stop(MOUNT);
	if (pthread_create(&thread, NULL, serve, NULL))
		stop("a thread for the file server");
	file = open(MOUNT "/" NAME, O_RDWR | O_CLOEXEC);
	if (file < 0)
		stop(NAME);
	return file;
}

/* Filling memory */

/* Pages stay locked while they are read. */
static void take_read(int file, size_t at)
{
	posix_fadvise(file, at, PIECE, POSIX_FADV_WILLNEED);
}

/* Those that are written are under writeback. */
static void take_write(int disk, size_t at)
{
	static const char bytes[PIECE] = { 1 };

	if (pwrite(disk, bytes, PIECE, at) != (ssize_t)PIECE ||
	    sync_file_range(disk, at, PIECE, SYNC_FILE_RANGE_WRITE))
		stop(DISK);
}

static int open_disk(int file)
{
	int fd = open(DISK, O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, LOOP_SET_FD, file))
		stop(DISK);
	/* nobody who dirties pages is to wait until they are clean */
	write_text("/proc/sys/vm/dirty_background_ratio", "90");
	write_text("/proc/sys/vm/dirty_ratio", "90");
	return fd;
}

static char *reserve_addresses(size_t size)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (area == MAP_FAILED || madvise(area, size, MADV_NOHUGEPAGE))
		stop("memory to fill");
	return area;
}

/* Whose pages get stuck: every other piece is written if it @writes. */
struct source {
	int fd;
	size_t stride;
	bool writes;
};

static struct source open_source(const char *name)
{
	if (!strcmp(name, "server"))
		return (struct source) { open_served(), PIECE, false };
	if (!strcmp(name, "disk"))
		return (struct source) { open_disk(open_served()), STRIDE, true };
	return (struct source) { open_file(name), STRIDE, false };
}

/* Pieces of @source and of memory by turns, until most of it is full. */
static void fill(const struct source *source)
{
	const size_t room = total_memory();
	char *area = reserve_addresses(room);
	unsigned long n;

	for (n = 0; kernel_spare() > LEFT_FREE; n++) {
		if (source->writes && n % 2)
			take_write(source->fd, n * PIECE);
		else
			take_read(source->fd, n * PIECE);
		memset(area + n * source->stride, 1, source->stride);
	}
	munmap(area, room);
	printf("# fact stuck_mib=%lu\n", n * PIECE / MIB);
}

static long memory_kib(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128], found[64];
	long kib;

	if (!file)
		stop("/proc/meminfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63[^:]: %ld kB", found, &kib) == 2 && !strcmp(found, name))
			break;
	fclose(file);
	return kib;
}

/* Reports on standard output and stays until it is killed. */
int test_stuck(int argc, char **argv)
{
	const struct source source = open_source(argv[argc - 1]);

	fill(&source);
	printf("# fact writeback_mib=%ld\n# fact free_mib=%lu\n", memory_kib("Writeback") / 1024,
	       kernel_spare() / MIB);
	pause();
	return 0;
}
