// SPDX-License-Identifier: GPL-2.0-only
/* Host tests for the order of versions in tools/lib/kexec. */
#include <linux/kernel.h>
#include "libkexec-entries.h"
#include "tap.h"

static void expect(const char *a, char order, const char *b)
{
	int there = kexec_compare_versions(a, b), back = kexec_compare_versions(b, a);
	int want = order == '<' ? -1 : order == '>';

	tap_result(there == want && back == -want, "'%s' %c '%s'", a, order, b);
}

/* UAPI.10, section "Examples"; where systemd differs from it, as systemd does. */
static void check_examples(void)
{
	expect("11", '=', "11");
	expect("systemd-123", '=', "systemd-123");
	expect("bar-123", '<', "foo-123");
	expect("123a", '>', "123");
	expect("123.a", '>', "123");
	expect("123.a", '<', "123.b");
	expect("123a", '>', "123.a");
	expect("11\u03b1", '=', "11\u03b2");
	expect("A", '<', "a");
	expect("", '<', "0");
	expect("0.", '>', "0");
	expect("0.0", '>', "0");
	expect("0", '>', "~");
	expect("", '>', "~");
	expect("1_", '=', "1");
	expect("_1", '=', "1");
	expect("1_", '<', "1.2");
	expect("1_2_3", '>', "1.3.3");
	expect("1+", '=', "1");
	expect("+1", '=', "1");
	expect("1+", '<', "1.2");
	expect("1+2+3", '>', "1.3.3");
}

/* Each is newer than all before it. */
static void check_chain(void)
{
	static const char * const chain[] = {
		"~1", "", "ab", "abb", "abc", "0001", "002", "12", "122", "122.9", "123~rc1", "123",
		"123-a", "123-a.1", "123-a1", "123-3", "123-3.1", "123^patch1", "123^1", "123.a-1",
		"123.1-1", "123a-1", "124", "99999999999999999999", "100000000000000000000",
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(chain); i++)
		for (j = i; j < ARRAY_SIZE(chain); j++)
			expect(chain[i], i == j ? '=' : '<', chain[j]);
}

static void check_kernels(void)
{
	expect("6.9.0", '<', "6.10.0");
	expect("6.1.0-9-amd64", '<', "6.1.0-21-amd64");
	expect("6.11~rc7-amd64", '<', "6.11-amd64");
	expect("5.14.0-362.el9.x86_64", '<', "5.14.0-362.8.1.el9_3.x86_64");
	expect("0-rescue-0f7ab7a3", '<', "4.18.0");
	expect("6.12.0-rc1", '>', "6.12.0");
}

int main(void)
{
	check_examples();
	check_chain();
	check_kernels();
	return tap_finish();
}
