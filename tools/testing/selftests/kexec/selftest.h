/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the parts of kexec_selftest, the program that makes the system
 * calls for the guest tests and reports in TAP.
 */
#ifndef KEXEC_SELFTEST_H
#define KEXEC_SELFTEST_H

#include <linux/kexec.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define BIT(number)		(1UL << (number))
#define PAGE			4096UL
#define MIB			BIT(20)
#define UNPRIVILEGED		65534

/* One call of either system call; members a call has no use for stay zero. */
struct load {
	enum { BY_SEGMENTS, BY_SEGMENTS_32, BY_FILE } how;
	bool nobody;
	unsigned long flags;

	unsigned long entry;
	unsigned long nr;
	const struct kexec_segment *segments;

	/* a file is taken for what it looks like unless this says what it is */
	const char *format;
	int kernel;
	int initrd;
	const char *command_line;
	unsigned long command_line_size;
};

/* struct kexec_file_args and kexec_file_part, younger than the headers a host may have. */
#define FORMAT_SIZE		16
#define FILE_ARGS		BIT(17)

struct file_args {
	__u64 cmdline;
	__u64 parts;
	__u32 cmdline_len;
	__u32 nr_parts;
	__u32 part_size;
	__u32 profile;
	char format[FORMAT_SIZE];
};

struct file_part {
	__u64 cmdline;
	__u32 cmdline_len;
	__s32 fd;
	__u32 kind;
	__u32 flags;
};

/* An entry of /proc/PID/pagemap. */
#define PRESENT		BIT(63)
#define FRAME		(BIT(55) - 1)

/* A range of physical memory, the end included, as /proc/iomem has it. */
struct range {
	unsigned long start;
	unsigned long end;
};

/* report.c */
void plan(unsigned int checks);
void result(const char *problem, const char *name);
void skip(const char *why, const char *name);
void report_numbered(void);
int report_nothing(const char *why);
int report_end(void);
void complain(char *problem, size_t size, const char *format, ...);
noreturn void stop(const char *what);

/* system.c */
int attempt(const struct load *load);
bool for_crash(const struct load *load);
int unload(bool crash);
int jump(void);
long read_number(const char *path);
void write_text(const char *path, const char *text);
bool armed(bool crash);
int open_file(const char *path);
int make_file(const void *data, size_t size);
void *map_file(const char *path, size_t *size);

/* slot.c */
const char *slot_name(bool crash);
void read_slot(bool crash, const char *name, char *text, size_t size);
void identify(bool crash, char *text, size_t size);

/* memory.c */
long free_kib(void);
long leaked_kib(long before);
void tolerate_kib(long kib);
bool has_range(const char *name, struct range *found);
struct range find_range(const char *name);
unsigned long total_memory(void);
unsigned long kernel_spare(void);
uint64_t *read_frames(const void *area, size_t pages);

/* kmsg.c */
void kmsg_open(void);
void kmsg_skip(void);
void kmsg_each(void (*see)(const char *record, void *arg), void *arg);
unsigned int kmsg_refusals(bool crash, char *reason, size_t size);

/* Parts of the commands that a running system can do with (live.c). */
int test_refused(int argc, char **argv);
int test_allowed(int argc, char **argv);
int test_bad_arguments(int argc, char **argv);
int test_sysfs(int argc, char **argv);
int test_few_cycles(int argc, char **argv);
int test_killed_normal(int argc, char **argv);

/* Commands, each in the file of its name. */
int test_errors(int argc, char **argv);
int test_damaged(int argc, char **argv);
int test_sound(int argc, char **argv);
int test_hostile(int argc, char **argv);
int test_arguments(int argc, char **argv);
int test_forbidden(int argc, char **argv);
int test_permissive(int argc, char **argv);
int test_cycles(int argc, char **argv);
int test_race(int argc, char **argv);
int test_context(int argc, char **argv);
int test_awake(int argc, char **argv);
int test_fragment(int argc, char **argv);
int test_occupy(int argc, char **argv);
int test_spin(int argc, char **argv);
int test_load_at(int argc, char **argv);
int test_mark(int argc, char **argv);
int test_marked(int argc, char **argv);
int test_segments(int argc, char **argv);
int test_long_map(int argc, char **argv);
int test_fail(int argc, char **argv);
int test_damage(int argc, char **argv);
void place_bad_records(void *room, size_t size, __u64 at, __u64 next);
int test_crash_room(int argc, char **argv);
int test_told(int argc, char **argv);
int test_killed(int argc, char **argv);
int test_sweep(int argc, char **argv);
int test_limited(int argc, char **argv);
int test_stuck(int argc, char **argv);
int test_clutter(int argc, char **argv);
int test_clock(int argc, char **argv);
int test_jump(int argc, char **argv);
int test_hold(int argc, char **argv);

#endif
