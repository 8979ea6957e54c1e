/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an image says that it takes the record of its handover (struct kexec_timeline).
 *
 * A bzImage says it behind the text that its setup header calls kernel_version, whether
 * or not its payload can be unpacked by whoever loads it; a vmlinux by an ELF note.  Both
 * go without a number of the boot protocol's.
 */
#ifndef LINUX_KEXEC_TIMELINE_MARK_H
#define LINUX_KEXEC_TIMELINE_MARK_H

/* Each of the three names the version. */
#define KEXEC_TIMELINE_VERSION		2
#define KEXEC_TIMELINE_TEXT		"kexec_timeline=2"
/* The note's owner and type; its descriptor is the version, a word. */
#define KEXEC_TIMELINE_NOTE_NAME	"kexec"
#define KEXEC_TIMELINE_NOTE_TYPE	0x6b78

#ifdef CONFIG_KEXEC_TIMELINE
#define KEXEC_TIMELINE_BEHIND_VERSION	"\0" KEXEC_TIMELINE_TEXT
#else
#define KEXEC_TIMELINE_BEHIND_VERSION	""
#endif

#endif /* LINUX_KEXEC_TIMELINE_MARK_H */
