/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The linked handover routine, for the kernel to copy into images.
 */
#include <linux/linkage.h>

	.section .rodata, "a"

	.balign	8
SYM_DATA_START(kexec_blob_start)
	.incbin	"kernel/kexec_blob/blob.bin"
SYM_DATA_END_LABEL(kexec_blob_start, SYM_L_GLOBAL, kexec_blob_end)
