/* SPDX-License-Identifier: GPL-2.0-only */
/* What payloads of a bzImage and files that a compressor wrapped have in common. */
#ifndef _LIB_KEXEC_PAYLOAD_H
#define _LIB_KEXEC_PAYLOAD_H

#include <linux/kexec_image.h>

/* Nothing that is entered is smaller. */
#define UNPACKED_MIN	64

enum kexec_compressor kexec_compressor_of(const u8 *data, size_t size);
bool kexec_compressor_sums(enum kexec_compressor compressor, const u8 *data, size_t size);

#endif /* _LIB_KEXEC_PAYLOAD_H */
