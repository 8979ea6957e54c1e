// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): what is read from files, unwrapped and joined. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "raw.h"

/*
 * Reads until the end or until @room is full.  A pipe has no place; a file is read from its
 * beginning, and the place for others to go on stays.
 */
static ssize_t read_all(int fd, char *to, size_t room)
{
	size_t at = 0;
	ssize_t n;

	while (at < room) {
		n = pread(fd, to + at, room - at, at);
		if (n < 0 && errno == ESPIPE)
			n = read(fd, to + at, room - at);
		if (n < 0)
			return -errno;
		if (!n)
			break;
		at += n;
	}
	return at;
}

/**
 * raw_read() - read a file
 * @raw: the load
 * @fd: the file
 * @bytes: set to what is in it, which lives until the load has ended
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_read(struct raw *raw, int fd, struct bytes *bytes)
{
	struct stat st;
	ssize_t n;
	void *data;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return raw_refuse(raw, KEXEC_REASON_FILE_KIND, -EINVAL,
				  "a file to load is not a regular file");
	data = raw_alloc(raw, st.st_size);
	if (!data)
		return -ENOMEM;
	n = read_all(fd, data, st.st_size);
	if (n < 0)
		return raw_refuse(raw, KEXEC_REASON_FILE_UNREADABLE, n,
				  "a file cannot be read: %s", strerror(-n));
	*bytes = (struct bytes){ .data = data, .size = n };
	return 0;
}

/* Whoever is told less than it wants to say stops by itself: nobody reads the rest. */
static int take_output(struct raw *raw, int from, pid_t pid, size_t room, bool bound,
		       struct bytes *bytes)
{
	char *data = raw_alloc(raw, room + 1);
	ssize_t n = data ? read_all(from, data, room + 1) : -ENOMEM;
	int status = 0;

	close(from);
	waitpid(pid, &status, 0);
	if (n < 0)
		return raw_refuse(raw, KEXEC_REASON_OTHER, n, "it cannot be unpacked: %s",
				  strerror(-n));
	if ((size_t)n > room)
		return raw_refuse(raw, KEXEC_REASON_FILE_DAMAGED, -EBADMSG,
				  "it unpacks to more than it announces");
	if (status || (!bound && (size_t)n < room))
		return raw_refuse(raw, KEXEC_REASON_FILE_DAMAGED, -EBADMSG,
				  "it cannot be unpacked: it is damaged");
	*bytes = (struct bytes){ .data = data, .size = n };
	return 0;
}

static int cannot_unpack(struct raw *raw, int input, int err)
{
	if (input >= 0)
		close(input);
	return raw_refuse(raw, KEXEC_REASON_OTHER, err, "it cannot be unpacked: %s",
			  strerror(-err));
}

static int unpack(struct raw *raw, int fd, const struct kexec_payload *payload,
		  struct bytes *bytes)
{
	const char *program = kexec_compressor_name(payload->compressor);
	int input, ends[2];
	pid_t pid;

	input = open_again(fd);
	if (input < 0 || pipe2(ends, O_CLOEXEC))
		return cannot_unpack(raw, input, input < 0 ? input : -errno);
	pid = spawn_unpacker(program, input, ends[1]);
	close(input);
	close(ends[1]);
	if (pid > 0)
		return take_output(raw, ends[0], pid, payload->unpacked, payload->bound, bytes);
	close(ends[0]);
	return raw_refuse(raw, KEXEC_REASON_NO_UNPACKER, -ENOENT,
			  "it is packed by %s, which is not installed", program);
}

/**
 * raw_unwrap() - read the image, unpacked if it is compressed as a whole
 * @raw: the load; its file is set
 * @fd: the image
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_unwrap(struct raw *raw, int fd)
{
	struct kexec_payload payload;
	enum kexec_payload_why why;
	int err = raw_read(raw, fd, &raw->file);

	if (err)
		return err;
	why = kexec_wrapped_parse(raw->file.data, raw->file.size, &payload);
	if (why == KEXEC_PAYLOAD_UNKNOWN)
		return 0;
	if (why)
		return raw_refuse(raw, KEXEC_REASON_FILE_DAMAGED, -EBADMSG,
				  "it is packed by %s, but %s",
				  kexec_compressor_name(payload.compressor),
				  kexec_payload_why(why));
	return unpack(raw, fd, &payload, &raw->file);
}

/**
 * raw_unwrap_module() - have a module unpacked that is compressed as a whole
 * @raw: the load
 * @part: the module
 *
 * What cannot be unpacked was perhaps never meant to be, and stays as it is.
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_unwrap_module(struct raw *raw, struct part *part)
{
	struct kexec_payload payload;
	int err;

	if (part->as_is || !kexec_wrapped_module(part->bytes.data, part->bytes.size, &payload))
		return 0;
	err = unpack(raw, part->fd, &payload, &part->bytes);
	if (err != -EBADMSG && err != -ENOENT)
		return err;
	*raw->reason = '\0';
	if (err == -ENOENT)
		return raw_refuse(raw, KEXEC_REASON_NO_UNPACKER, err,
				  "a module is packed by %s, which is not installed",
				  kexec_compressor_name(payload.compressor));
	image_debug(raw->image, "a module is compressed, but cannot be unpacked: it is left as it is");
	return 0;
}

static size_t align_up(size_t at, size_t align)
{
	return (at + align - 1) & -align;
}

/* What there is one of is not copied: it may take most of the memory. */
static const struct part *only_part(const struct raw *raw, unsigned int kind)
{
	const struct part *part, *found = NULL;

	for (part = raw->part; part < raw->part + raw->nr_parts; part++) {
		if (part->kind != kind)
			continue;
		if (found)
			return NULL;
		found = part;
	}
	return found;
}

/**
 * raw_join() - put files of a kind one after the other
 * @raw: the load; the files' offsets are set
 * @kind: KEXEC_PART_*
 * @align: multiple of bytes that each starts at
 * @all: set to all of them, which live until the load has ended
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_join(struct raw *raw, unsigned int kind, size_t align, struct bytes *all)
{
	const struct part *only = only_part(raw, kind);
	struct part *part, *end = raw->part + raw->nr_parts;
	size_t size = 0;
	char *data;

	if (only) {
		*all = only->bytes;
		return 0;
	}
	for (part = raw->part; part < end; part++) {
		if (part->kind != kind)
			continue;
		part->offset = align_up(size, align);
		if (part->offset < size || part->bytes.size > SIZE_MAX - part->offset)
			return raw_refuse(raw, KEXEC_REASON_SEGMENTS_UNSUITED, -EFBIG,
					  "the files beside it are too large");
		size = part->offset + part->bytes.size;
	}
	data = raw_alloc(raw, size);
	if (!data)
		return -ENOMEM;
	for (part = raw->part; part < end; part++)
		if (part->kind == kind && part->bytes.size)
			memcpy(data + part->offset, part->bytes.data, part->bytes.size);
	*all = (struct bytes){ .data = data, .size = size };
	return 0;
}
