/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit tests of kexec share.
 */
#ifndef KERNEL_KEXEC_KUNIT_H
#define KERNEL_KEXEC_KUNIT_H

#include <kunit/test.h>

#include "../kexec_internal.h"

/* Where destinations can be made up: nothing that is allocated lies there. */
#define TEST_NOWHERE	BIT(42)

int kexec_test_lock(struct kunit_suite *suite);
void kexec_test_unlock(struct kunit_suite *suite);
struct kimage *kexec_test_image(struct kunit *test, int type);
const char *kexec_test_reason(void);
void kexec_test_crash_memory(struct kunit *test, u64 start, u64 size);
void kexec_test_layout(struct kunit *test, struct kimage *image, const char *layout);

#endif /* KERNEL_KEXEC_KUNIT_H */
