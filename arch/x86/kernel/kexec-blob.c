// SPDX-License-Identifier: GPL-2.0-only
/*
 * The x86-64 part of the handover routine: serial port, exceptions, the end.
 * Linked into the routine, not into the kernel.
 */
#include <linux/kernel.h>
#include <linux/kexec_blob.h>
#include <asm/kexec_blob.h>
#include <asm/shared/io.h>

/* Serial port: registers and bits of the 8250 */

#define UART_DATA	0
#define UART_STATUS	5
#define STATUS_READY	0x20	/* takes another byte */
#define STATUS_IDLE	0x40	/* all bytes are out */
#define STATUS_ABSENT	0xff	/* nobody drives the bus */

/* At 9600 baud a byte takes a millisecond, and a read of a register about a microsecond. */
#define UART_POLLS	20000

static u8 uart_read(const struct kexec_serial *serial, unsigned int reg)
{
	void *base = (void *)(unsigned long)serial->base;

	if (serial->access == KEXEC_SERIAL_PORT)
		return inb(serial->base + reg);
	if (serial->access == KEXEC_SERIAL_MEM8)
		return READ_ONCE(((u8 *)base)[reg]);
	if (serial->access == KEXEC_SERIAL_MEM16)
		return READ_ONCE(((u16 *)base)[reg]);
	return READ_ONCE(((u32 *)base)[reg]);
}

static void uart_write(const struct kexec_serial *serial, unsigned int reg, u8 value)
{
	void *base = (void *)(unsigned long)serial->base;

	if (serial->access == KEXEC_SERIAL_PORT)
		outb(value, serial->base + reg);
	else if (serial->access == KEXEC_SERIAL_MEM8)
		WRITE_ONCE(((u8 *)base)[reg], value);
	else if (serial->access == KEXEC_SERIAL_MEM16)
		WRITE_ONCE(((u16 *)base)[reg], value);
	else
		WRITE_ONCE(((u32 *)base)[reg], value);
}

/* Returns whether the port came to be as @bit says, before patience ended. */
static bool uart_wait(const struct kexec_serial *serial, u8 bit)
{
	unsigned int polls;
	u8 status;

	if (serial->access == KEXEC_SERIAL_NONE)
		return false;
	for (polls = 0; polls < UART_POLLS; polls++) {
		status = uart_read(serial, UART_STATUS);
		if (status == STATUS_ABSENT)
			return false;
		if (status & bit)
			return true;
	}
	return false;
}

/**
 * blob_putc - send one byte
 * @serial: the port, configured by whoever used it before
 * @c:	    the byte
 */
void blob_putc(const struct kexec_serial *serial, char c)
{
	if (uart_wait(serial, STATUS_READY))
		uart_write(serial, UART_DATA, c);
}

/* The end */

#define KEYBOARD_STATUS		0x64
#define KEYBOARD_COMMAND	0x64
#define KEYBOARD_BUSY		0x02
#define KEYBOARD_RESET		0xfe
#define CHIPSET_RESET		0xcf9
#define CHIPSET_PREPARE		0x02
#define CHIPSET_GO		0x06
#define DELAY_PORT		0x80

#define MICROSECONDS_TO_REACT	50000

static void delay(unsigned int microseconds)
{
	while (microseconds--)
		outb(0, DELAY_PORT);
}

static void reset_by_keyboard(void)
{
	unsigned int left = MICROSECONDS_TO_REACT;

	while (left-- && inb(KEYBOARD_STATUS) & KEYBOARD_BUSY)
		delay(1);
	outb(KEYBOARD_RESET, KEYBOARD_COMMAND);
	delay(MICROSECONDS_TO_REACT);
}

static void reset_by_chipset(void)
{
	u8 other = inb(CHIPSET_RESET) & ~CHIPSET_GO;

	outb(other | CHIPSET_PREPARE, CHIPSET_RESET);
	delay(50);
	outb(other | CHIPSET_GO, CHIPSET_RESET);
	delay(MICROSECONDS_TO_REACT);
}

/* Without an IDT no exception can be delivered, which shuts the CPU down. */
static void __noreturn reset_by_fault(void)
{
	static const u64 no_idt[2];

	for (;;)
		asm volatile("lidt %0; int3" : : "m" (no_idt));
}

/**
 * blob_fail - end a handover that cannot go on
 * @job: says whether to reset the machine; what was wrong has been said
 */
void __noreturn blob_fail(const struct kexec_job *job)
{
	blob_text(job, job->reset ? "; resetting the machine\n" : "; stopped\n");
	uart_wait(&job->serial, STATUS_IDLE);
	if (job->reset) {
		reset_by_keyboard();
		reset_by_chipset();
		reset_by_fault();
	}
	for (;;)
		asm volatile("cli; hlt");
}

/* Exceptions */

/* Arrays of characters: pointers would have to be relocated. */
static const char trap_name[][12] = {
	"#DE divide", "#DB debug", "NMI", "#BP int3", "#OF overflow", "#BR bounds",
	"#UD opcode", "#NM no FPU", "#DF double", "coprocessor", "#TS TSS",
	"#NP segment", "#SS stack", "#GP general", "#PF page", "reserved", "#MF FPU",
	"#AC align", "#MC machine", "#XM SIMD", "#VE virtual", "#CP control",
};

static const char reg_name[][4] = {
	"RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "R8 ", "R9 ", "R10", "R11", "R12", "R13",
	"R14", "R15",
};

static u64 fault_address(void)
{
	u64 value;

	asm volatile("mov %%cr2, %0" : "=r" (value));
	return value;
}

static u64 page_tables(void)
{
	u64 value;

	asm volatile("mov %%cr3, %0" : "=r" (value));
	return value;
}

/**
 * blob_trap - report an exception, in the trampoline or in an image just entered
 * @job:  says where to
 * @trap: the exception
 */
void __noreturn blob_trap(const struct kexec_job *job, const struct kexec_trap *trap)
{
	unsigned int i;

	blob_text(job, "\nkexec: exception ");
	blob_decimal(job, trap->vector);
	blob_text(job, " ");
	blob_text(job, trap->vector < ARRAY_SIZE(trap_name) ? trap_name[trap->vector] : "reserved");
	blob_hex(job, ", error", trap->error);
	blob_hex(job, "\nkexec: RIP", trap->rip);
	blob_hex(job, " RSP", trap->rsp);
	blob_hex(job, "\nkexec: CR2", fault_address());
	blob_hex(job, " CR3", page_tables());
	for (i = 0; i < ARRAY_SIZE(reg_name); i++) {
		blob_text(job, i % 2 ? " " : "\nkexec: ");
		blob_hex(job, reg_name[i], trap->reg[i]);
	}
	blob_text(job, "\nkexec: the handover failed");
	blob_fail(job);
}
