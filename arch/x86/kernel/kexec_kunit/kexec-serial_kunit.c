// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of which serial port the trampoline speaks on.
 */

#include <kunit/test.h>

#include "../kexec_64.h"

struct serial_case {
	const char *line;
	struct kexec_serial want;
};

static const struct serial_case serial_cases[] = {
	{ "", { } },
	{ "quiet root=/dev/vda1", { } },
	{ "console=tty0", { } },
	{ "console=ttyS0", { 0x3f8, KEXEC_SERIAL_PORT } },
	{ "console=ttyS1,115200n8", { 0x2f8, KEXEC_SERIAL_PORT } },
	{ "console=ttyS2", { 0x3e8, KEXEC_SERIAL_PORT } },
	{ "console=ttyS3", { 0x2e8, KEXEC_SERIAL_PORT } },
	{ "console=ttyS4", { } },
	{ "console=ttyS10", { } },
	{ "console=ttyS", { } },
	{ "console=tty0 console=ttyS1", { 0x2f8, KEXEC_SERIAL_PORT } },
	{ "console=ttyS1 console=ttyS0", { 0x2f8, KEXEC_SERIAL_PORT } },
	{ "netconsole=ttyS1", { } },
	{ "earlyprintk=serial", { 0x3f8, KEXEC_SERIAL_PORT } },
	{ "earlyprintk=serial,ttyS1,9600", { 0x2f8, KEXEC_SERIAL_PORT } },
	{ "earlyprintk=serial,2", { 0x3e8, KEXEC_SERIAL_PORT } },
	{ "earlyprintk=serial,0x1f8,9600", { 0x1f8, KEXEC_SERIAL_PORT } },
	{ "earlyprintk=serial,0xfff8", { 0xfff8, KEXEC_SERIAL_PORT } },
	{ "earlyprintk=vga", { } },
	{ "earlycon=uart8250,io,0x3e8,115200n8", { 0x3e8, KEXEC_SERIAL_PORT } },
	{ "earlycon=uart,mmio,0xfedc0000", { 0xfedc0000, KEXEC_SERIAL_MEM8 } },
	{ "earlycon=uart,mmio16,0xfedc0000", { 0xfedc0000, KEXEC_SERIAL_MEM16 } },
	{ "console=uart,mmio32,0xfedc0000", { 0xfedc0000, KEXEC_SERIAL_MEM32 } },
	{ "earlycon=uart,0x80000000", { 0x80000000, KEXEC_SERIAL_MEM8 } },
	{ "earlycon=uart,io,0xfff9", { } },
	{ "earlycon=uart,io,3f8", { } },
	{ "earlycon", { } },
};

KUNIT_ARRAY_PARAM_DESC(serial, serial_cases, line);

static void serial_port_is_found(struct kunit *test)
{
	const struct serial_case *want = test->param_value;
	struct kexec_serial got = { .base = 1, .access = 1 };

	kexec_find_serial(want->line, &got);
	KUNIT_EXPECT_EQ(test, want->want.access, got.access);
	KUNIT_EXPECT_EQ(test, want->want.base, got.base);
}

static struct kunit_case serial_tests[] = {
	KUNIT_CASE_PARAM(serial_port_is_found, serial_gen_params),
	{ }
};

static struct kunit_suite serial_suite = {
	.name		= "kexec_serial",
	.test_cases	= serial_tests,
};

kunit_test_suite(serial_suite);
