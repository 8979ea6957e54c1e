// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: what is checked in whatever format, and how it ends.
 */
#include "kexec_test.h"

/* By the Makefile: the first two words of the SHA-256 of the image's constant bytes. */
extern const u32 image_sum[2];

/* Bytes that are in the file, yet not code. */
static char data_pattern[] __used =
	"data that nobody has any business to change";

/* An image that returns can be entered again, and keeps its memory then. */
static u32 entries __section(".options");

static struct boot boot;

static bool is_clear(const u8 *from, const u8 *to)
{
	while (from < to)
		if (*from++)
			return false;
	return true;
}

static void check_image(void)
{
	struct sha256 sha;

	sha256_start(&sha);
	sha256_add(&sha, image_start, image_end - image_start);
	sha256_add(&sha, data_start, data_end - data_start);
	sha256_end(&sha);
	check(sha.word[0] == image_sum[0] && sha.word[1] == image_sum[1],
	      "code and data of this image are as they were built");
}

static void say_cmdline(const char *cmdline)
{
	if (!cmdline)
		return;
	fact("cmdline", cmdline);
	fact_hex("cmdline.crc32", crc32(cmdline, strlen(cmdline)));
}

static void report_starts(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	say("\n# stage\n");
	fact("format", format.name);
	fact_hex("entry", (ulong)entry);
	fact_hex("entries", ++entries);
}

static void report_ends(void)
{
	say_plan();
	serial_close();
}

static void __noreturn stop(void)
{
	report_ends();
	if (option_is("end", "halt"))
		cpu_halt();
	cpu_reset();
}

/**
 * kexec_test_trap() - report an exception, the last thing there is to report
 * @trap: the exception
 */
void kexec_test_trap(const struct trap *trap)
{
	static bool again;

	if (again)
		cpu_reset();
	again = true;
	report_starts();
	check(false, "no exception comes");
	fact_hex("trap.nr", trap->nr);
	fact_hex("trap.error", trap->error);
	fact_hex("trap.ip", trap->ip);
	fact_hex("trap.cr2", read_cr2());
	stop();
}

static void examine(const struct entry_state *state, bool clear)
{
	if (format.clears && entries == 1)
		check(clear, "memory behind the bytes of the file has been cleared");
	check_image();
	check_cpu(state);
	check_a20();
	if (option_is("map", "4M"))
		map_little();
	format_check(state, &boot);
}

/* Returns if the image was called like a function, and shall return. */
static void end(const struct entry_state *state)
{
	bool back = option_is("end", "return");

	if (back && !format_returns(state))
		check(false, "there is somewhere to return to");
	if (!back || !format_returns(state))
		stop();
	report_ends();
	give_cpu_back(state);
}

/**
 * kexec_test() - examine the state the image was entered in, report, and end
 * @state: what the head found
 *
 * Return: only if the command line says so.
 */
void kexec_test(const struct entry_state *state)
{
	bool clear = is_clear(bss_start, bss_end);
	const char *cmdline;

	memset(bss_start, 0, bss_end - bss_start);
	take_cpu();
	find_options(NULL);
	serial_open();
	cmdline = format_cmdline(state);
	find_options(cmdline);
	serial_open();
	report_starts();
	say_cmdline(cmdline);
	examine(state, clear);
	end(state);
}
