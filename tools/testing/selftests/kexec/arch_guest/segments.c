// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads a kernel as a boot loader does that uses kexec_load(2): the Image, an initrd,
 * a device tree, for a crash kernel the header of the dump, and on arm64 a few
 * instructions that say where the device tree is.  riscv's kernel says so itself.
 */
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <linux/kexec.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage.h"

#define BLOCK		(2 * MIB)
/* Above what is in use since the boot: bytes that wait elsewhere are moved in the end. */
#define FIRST		(64 * MIB)
#define MAX_SEGMENTS	8

/* Documentation/arch/{arm64,riscv}: how an Image begins, the same on both. */
struct image_header {
	__u32 code[2];
	__u64 text_offset;
	__u64 image_size;
};

struct plan {
	unsigned long next;
	unsigned long nr;
	struct kexec_segment segment[MAX_SEGMENTS];
};

/* Puts bytes at the next block that nothing is at. */
static struct range add(struct plan *plan, struct bytes bytes, size_t room)
{
	struct range range = { plan->next, plan->next + bytes.size - 1 };
	size_t size = align(room > bytes.size ? room : bytes.size, PAGE);

	if (plan->nr == MAX_SEGMENTS) {
		errno = E2BIG;
		bail("segments");
	}
	plan->segment[plan->nr++] = (struct kexec_segment){
		bytes.data, bytes.size, (void *)plan->next, size
	};
	plan->next += align(size, BLOCK);
	return range;
}

static unsigned long add_kernel(struct plan *plan)
{
	struct bytes image = read_file("/boot/kernel");
	const struct image_header *header = image.data;

	plan->next += le64toh(header->text_offset);
	return add(plan, image, le64toh(header->image_size)).start;
}

/* arm64 is entered with the device tree in x0 and 0 in x1 to x3: booting.rst. */
static unsigned long add_entry(struct plan *plan, unsigned long tree, unsigned long kernel)
{
	static struct {
		__u32 code[4];
		__u64 tree;
		__u64 kernel;
	} entry = {
		.code = {
			0x58000080,	/* ldr x0, tree */
			0x580000a4,	/* ldr x4, kernel */
			0xd61f0080,	/* br x4 */
			0xd503201f,	/* nop */
		},
	};
	struct bytes bytes = { &entry, sizeof(entry) };

	entry.tree = tree;
	entry.kernel = kernel;
	return add(plan, bytes, 0).start;
}

static struct range one_range(const char *name)
{
	struct range found;

	if (!find_ranges(name, &found, 1)) {
		errno = ENOENT;
		bail(name);
	}
	return found;
}

/* Returns 0 or the errno. */
long load_segments(bool crash, const char *line)
{
	struct range memory = one_range(crash ? "Crash kernel" : "System RAM");
	struct plan plan = { .next = align(memory.start + (crash ? 0 : FIRST), BLOCK) };
	unsigned long kernel = add_kernel(&plan), tree, entry;
	struct range initrd = add(&plan, read_file("/boot/initrd"), 0), core = { };
	long error;

	if (crash)
		core = add(&plan, make_core_header(&memory), 0);
	tree = add(&plan, make_device_tree(line, initrd, crash ? &memory : NULL, core), 0).start;
	entry = own_machine() == EM_AARCH64 ? add_entry(&plan, tree, kernel) : kernel;
	error = syscall(SYS_kexec_load, entry, plan.nr, plan.segment, crash ? KEXEC_ON_CRASH : 0);
	return error ? errno : 0;
}
