// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the payload does after it has read the clock: it says so on the second
 * serial port, together with the record of its handover if it was given one.
 */
#include <linux/types.h>
#include <asm/setup_data.h>
#include <linux/kexec_timeline.h>

#include "payload.h"

#define PORT		0x2f8
#define LINE_STATUS	(PORT + 5)
#define LINE_CONTROL	(PORT + 3)
#define EIGHT_BITS	0x03
#define CAN_SEND	0x20

/* Where the zero page has the head of the setup_data list. */
#define SETUP_DATA_HEAD	0x250

static void out(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a" (value), "Nd" (port));
}

static u8 in(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

static void say(const char *text)
{
	for (; *text; text++) {
		while (!(in(LINE_STATUS) & CAN_SEND))
			;
		out(PORT, *text);
	}
}

static void say_number(const char *key, u64 value)
{
	char digits[20];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = '0' + value % 10;
		value /= 10;
	} while (value);
	say("# fact ");
	say(key);
	say("=");
	say(at);
	say("\n");
}

static const struct kexec_timeline *find_record(const u8 *zero_page)
{
	u64 next = *(const u64 *)(zero_page + SETUP_DATA_HEAD);

	while (next) {
		const struct setup_data *entry = (const void *)next;

		if (entry->type == PAYLOAD_TIMELINE)
			return (const void *)entry->data;
		next = entry->next;
	}
	return NULL;
}

/* Names in place: nobody relocates pointers. */
static const struct {
	char name[12];
	u32 stage;
} stages[] = {
	{ "reboot", KEXEC_STAGE_REBOOT },
	{ "checked", KEXEC_STAGE_CHECKED },
	{ "devices", KEXEC_STAGE_DEVICES },
	{ "stopped", KEXEC_STAGE_STOPPED },
	{ "trampoline", KEXEC_STAGE_TRAMPOLINE },
	{ "verified", KEXEC_STAGE_VERIFIED },
	{ "entry", KEXEC_STAGE_ENTRY },
};

void payload_main(u64 entered, const u8 *zero_page)
{
	const struct kexec_timeline *record = find_record(zero_page);
	unsigned int i;

	out(LINE_CONTROL, EIGHT_BITS);
	say("# stage\n1..1\n");
	say_number("entered", entered);
	if (record) {
		for (i = 0; i < sizeof(stages) / sizeof(*stages); i++)
			say_number(stages[i].name, record->stamp[stages[i].stage]);
	}
	say("ok - the payload runs\n");
}
