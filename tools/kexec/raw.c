// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): the PT_LOAD segments of a static ELF
 * executable, each at its physical address, entered at e_entry.
 *
 * The system call takes whole pages, ELF takes bytes: segments that meet in a
 * page become one range.
 */
#include <errno.h>
#include <gelf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/kexec.h>
#include "kexec.h"

/* Physical addresses in whole pages; file bytes end at @data_end. */
struct range {
	uint64_t start, data_end, end;
};

struct program {
	const char *path;
	const char *file;
	size_t file_size;
	GElf_Ehdr header;
	GElf_Phdr *loads;
	size_t nr_loads;
	struct range ranges[KEXEC_SEGMENT_MAX];
	size_t nr_ranges;
};

static int refuse(const struct program *p, const char *why)
{
	complain("kexec: %s %s", p->path, why);
	return -ENOEXEC;
}

static Elf *open_elf(int fd)
{
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return NULL;
	}
	return elf;
}

/**
 * is_elf() - does a file start like an ELF file?
 * @fd: the file
 *
 * Return: true if it does.
 */
bool is_elf(int fd)
{
	Elf *elf = open_elf(fd);

	elf_end(elf);
	return elf;
}

static uint64_t page_mask(void)
{
	return sysconf(_SC_PAGESIZE) - 1;
}

static int check_segment(const struct program *p, const GElf_Phdr *h)
{
	uint64_t room = UINT64_MAX - page_mask() - h->p_paddr;

	if (h->p_filesz > h->p_memsz)
		return refuse(p, "has a segment with more bytes than memory");
	if (h->p_paddr > UINT64_MAX - page_mask() || h->p_memsz > room)
		return refuse(p, "has a segment beyond the last address");
	if (h->p_offset > p->file_size ||
	    h->p_filesz > p->file_size - h->p_offset)
		return refuse(p, "ends inside one of its segments");
	return 0;
}

/* Keeps the PT_LOAD headers that occupy memory. */
static int read_segments(struct program *p, Elf *elf, size_t count)
{
	GElf_Phdr h;
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, i, &h))
			return refuse(p, "has damaged program headers");
		if (h.p_type == PT_INTERP)
			return refuse(p, "is dynamically linked, thus no program to jump into");
		if (h.p_type != PT_LOAD || !h.p_memsz)
			continue;
		err = check_segment(p, &h);
		if (err)
			return err;
		p->loads[p->nr_loads++] = h;
	}
	return p->nr_loads ? 0 : refuse(p, "has nothing to load");
}

static int by_address(const void *a, const void *b)
{
	const GElf_Phdr *x = a, *y = b;

	return (x->p_paddr > y->p_paddr) - (x->p_paddr < y->p_paddr);
}

/* The headers are sorted: only the newest range can share a page with @h. */
static int add_to_ranges(struct program *p, const GElf_Phdr *h)
{
	uint64_t start = h->p_paddr & ~page_mask();
	struct range *r;

	if (!p->nr_ranges || start >= p->ranges[p->nr_ranges - 1].end) {
		if (p->nr_ranges == KEXEC_SEGMENT_MAX)
			return refuse(p, "has more segments than kexec_load takes");
		p->ranges[p->nr_ranges++] = (struct range){
			.start = start, .data_end = start,
		};
	}
	r = p->ranges + p->nr_ranges - 1;
	if (h->p_filesz)
		r->data_end = h->p_paddr + h->p_filesz;
	r->end = (h->p_paddr + h->p_memsz + page_mask()) & ~page_mask();
	return 0;
}

static int build_ranges(struct program *p)
{
	const GElf_Phdr *h, *before = NULL;
	int err;

	qsort(p->loads, p->nr_loads, sizeof(*p->loads), by_address);
	for (h = p->loads; h < p->loads + p->nr_loads; before = h++) {
		if (before && h->p_paddr - before->p_paddr < before->p_memsz)
			return refuse(p, "has segments that overlap");
		err = add_to_ranges(p, h);
		if (err)
			return err;
	}
	return 0;
}

static int check_type(const struct program *p)
{
	if (p->header.e_type != ET_EXEC)
		return refuse(p, "is an ELF file, but no static executable");
	return 0;
}

static int read_program(struct program *p, Elf *elf)
{
	size_t count;
	int err;

	p->file = elf_rawfile(elf, &p->file_size);
	if (!p->file || !gelf_getehdr(elf, &p->header) ||
	    elf_getphdrnum(elf, &count))
		return refuse(p, "has a damaged ELF header");
	err = check_type(p);
	if (err)
		return err;
	p->loads = calloc(count ?: 1, sizeof(*p->loads));
	if (!p->loads)
		return -ENOMEM;
	return read_segments(p, elf, count) ?: build_ranges(p);
}

static void copy_into(const struct program *p, const struct range *r, char *buf)
{
	const GElf_Phdr *h;

	for (h = p->loads; h < p->loads + p->nr_loads; h++)
		if (h->p_filesz && h->p_paddr >= r->start &&
		    h->p_paddr < r->end)
			memcpy(buf + (h->p_paddr - r->start),
			       p->file + h->p_offset, h->p_filesz);
}

static int fill_segment(const struct program *p, const struct range *r,
			struct kexec_segment *segment)
{
	size_t size = r->data_end - r->start;
	char *buf = calloc(size ?: 1, 1);

	if (!buf)
		return -ENOMEM;
	copy_into(p, r, buf);
	segment->buf = buf;
	segment->bufsz = size;
	segment->mem = (const void *)(uintptr_t)r->start;
	segment->memsz = r->end - r->start;
	return 0;
}

/* The architecture bits of the flags are ELF's own machine numbers. */
static unsigned long raw_flags(const struct request *req,
			       const struct program *p)
{
	unsigned long flags = (unsigned long)p->header.e_machine << 16;

	if (req->panic)
		flags |= KEXEC_ON_CRASH;
	if (req->preserve_context)
		flags |= KEXEC_PRESERVE_CONTEXT;
	return flags;
}

static int call(const struct request *req, const struct program *p,
		struct kexec_segment *segments)
{
	int kmsg = kmsg_open(), err = 0;

	debug(req, "kexec_load(0x%llx, %zu segments, 0x%lx)",
	      (unsigned long long)p->header.e_entry, p->nr_ranges,
	      raw_flags(req, p));
	if (syscall(SYS_kexec_load, (unsigned long)p->header.e_entry,
		    p->nr_ranges, segments, raw_flags(req, p))) {
		err = -errno;
		complain("kexec_load failed: %s", strerror(-err));
		kmsg_print_reason(kmsg);
	}
	if (kmsg >= 0)
		close(kmsg);
	return err;
}

static int load_ranges(const struct request *req, const struct program *p)
{
	struct kexec_segment segments[KEXEC_SEGMENT_MAX] = {};
	int err = 0;
	size_t i;

	for (i = 0; i < p->nr_ranges && !err; i++) {
		err = fill_segment(p, &p->ranges[i], &segments[i]);
		debug(req, "segment %zu: 0x%llx-0x%llx, %zu bytes", i,
		      (unsigned long long)p->ranges[i].start,
		      (unsigned long long)p->ranges[i].end - 1,
		      (size_t)segments[i].bufsz);
	}
	if (err)
		complain("kexec: no memory for the segments of %s", p->path);
	else
		err = call(req, p, segments);
	for (i = 0; i < p->nr_ranges; i++)
		free((void *)segments[i].buf);
	return err;
}

/**
 * raw_has_arguments() - would anything be for a kernel that raw_load() cannot tell it?
 * @req: the request
 *
 * Return: true if so; raw_load() refuses that.
 */
bool raw_has_arguments(const struct request *req)
{
	return req->initrds.nr || req->append || req->reuse_cmdline || req->fast;
}

/**
 * raw_load() - load a static ELF executable segment by segment
 * @req: the request
 * @fd: the executable
 *
 * Prints what went wrong.
 *
 * Return: 0 or a negative errno.
 */
int raw_load(const struct request *req, int fd)
{
	struct program p = { .path = req->kernel };
	Elf *elf = open_elf(fd);
	int err;

	if (!elf)
		return refuse(&p, "is no ELF executable, the only format for -c; load it with -s");
	if (raw_has_arguments(req))
		err = refuse(&p, "gets neither command line nor initrd from -c; load it with -s");
	else
		err = read_program(&p, elf) ?: load_ranges(req, &p);
	free(p.loads);
	elf_end(elf);
	return err;
}
