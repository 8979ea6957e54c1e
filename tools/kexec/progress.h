/* SPDX-License-Identifier: GPL-2.0-only */
/* A line on the terminal while something takes its time. */
#ifndef _TOOLS_KEXEC_PROGRESS_H
#define _TOOLS_KEXEC_PROGRESS_H

void progress_start(const char *what, unsigned long long to_read);
void progress_stop(void);

#endif /* _TOOLS_KEXEC_PROGRESS_H */
