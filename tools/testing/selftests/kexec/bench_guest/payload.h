/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two halves of the payload agree on. */
#ifndef KEXEC_BENCH_PAYLOAD_H
#define KEXEC_BENCH_PAYLOAD_H

#define PAYLOAD_FILE_SIZE	4096
#define PAYLOAD_SETUP_SECTORS	1
#define PAYLOAD_SETUP_SIZE	((PAYLOAD_SETUP_SECTORS + 1) * 512)
#define PAYLOAD_CODE_SIZE	(PAYLOAD_FILE_SIZE - PAYLOAD_SETUP_SIZE)

/* Memory the payload runs in; its stack grows down from the end. */
#define PAYLOAD_MEMORY		0x10000

/* A base without the record of the handover has no number for it, and nothing to read. */
#ifdef SETUP_KEXEC_TIMELINE
#define PAYLOAD_TIMELINE	SETUP_KEXEC_TIMELINE
#else
#define PAYLOAD_TIMELINE	0xffffffff
#endif

#ifndef __ASSEMBLER__
void payload_main(u64 entered, const u8 *zero_page);
#endif

#endif
