// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: the report, as TAP on a serial port.
 */
#include "io.h"

#define PORT_TTYS0	0x3f8
#define PORT_TTYS1	0x2f8

#define UART_STATUS	5
#define STATUS_READY	0x20
#define STATUS_IDLE	0x40
/* Longer than a byte takes at 1200 baud, whatever a read of a port costs. */
#define UART_POLLS	1000000

static u16 port;
static u32 nr_checks;

static u16 parse_port(const char *text, size_t len)
{
	u16 value = 0;
	u8 digit;

	for (; len; text++, len--) {
		digit = *text;
		if (digit >= '0' && digit <= '9')
			value = value << 4 | (digit - '0');
		else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
			value = value << 4 | ((digit | 0x20) - 'a' + 10);
	}
	return value;
}

/**
 * serial_open() - choose the port that option "serial" names
 *
 * Its speed is left as it is: who loaded the image has used it.
 */
void serial_open(void)
{
	size_t len;
	const char *name = option("serial", &len);

	port = PORT_TTYS0;
	if (option_is("serial", "ttyS1"))
		port = PORT_TTYS1;
	else if (name && len > 2 && name[0] == '0' && name[1] == 'x')
		port = parse_port(name + 2, len - 2);
}

/* A port that nobody drives reads as all ones, so this ends there, too. */
static void serial_wait(u8 status)
{
	u32 polls;

	for (polls = 0; polls < UART_POLLS; polls++)
		if (port_read(port + UART_STATUS) & status)
			return;
}

/**
 * serial_close() - wait until the last byte is out
 */
void serial_close(void)
{
	serial_wait(STATUS_IDLE);
}

static void say_byte(char byte)
{
	serial_wait(STATUS_READY);
	port_write(port, byte);
}

/**
 * say_bytes() - print text, what is not printable as dots
 * @text: the text
 * @len: its length
 */
void say_bytes(const char *text, size_t len)
{
	for (; len; text++, len--)
		say_byte(*text < ' ' || *text > '~' ? '.' : *text);
}

/**
 * say() - print text as it is
 * @text: the text
 */
void say(const char *text)
{
	for (; *text; text++)
		say_byte(*text);
}

/**
 * say_digits() - print a number in hexadecimal, zeros in front included
 * @value: the number
 * @digits: how many digits
 */
void say_digits(u64 value, int digits)
{
	while (digits--)
		say_byte("0123456789abcdef"[(value >> 4 * digits) & 15]);
}

/**
 * say_hex() - print a number in hexadecimal
 * @value: the number
 */
void say_hex(u64 value)
{
	int digits = 1;

	while (digits < 16 && value >> 4 * digits)
		digits++;
	say("0x");
	say_digits(value, digits);
}

/**
 * say_number() - print a number in decimal
 * @value: the number
 */
void say_number(u32 value)
{
	if (value >= 10)
		say_number(value / 10);
	say_byte('0' + value % 10);
}

static void say_result(bool good, const char *text)
{
	say(good ? "ok " : "not ok ");
	say_number(++nr_checks);
	say(" - ");
	say(text);
}

/**
 * check() - print a result
 * @good: whether it holds
 * @text: what
 *
 * Return: @good
 */
bool check(bool good, const char *text)
{
	say_result(good, text);
	say("\n");
	return good;
}

/**
 * check_value() - print whether a value is the right one
 * @text: what it is
 * @found: the value
 * @wanted: the right one
 *
 * Return: whether they are equal
 */
bool check_value(const char *text, u64 found, u64 wanted)
{
	bool good = found == wanted;

	say_result(good, text);
	if (!good) {
		say(" # found ");
		say_hex(found);
		say(", not ");
		say_hex(wanted);
	}
	say("\n");
	return good;
}

/**
 * say_plan() - print how many checks there were
 */
void say_plan(void)
{
	say("1..");
	say_number(nr_checks);
	say("\n");
}

static void say_key(const char *key)
{
	say("# fact ");
	say(key);
	say("=");
}

/**
 * fact() - print a fact
 * @key: its name
 * @text: its value
 */
void fact(const char *key, const char *text)
{
	say_key(key);
	say_bytes(text, strlen(text));
	say("\n");
}

/**
 * fact_hex() - print a fact that is a number
 * @key: its name
 * @value: its value
 */
void fact_hex(const char *key, u64 value)
{
	say_key(key);
	say_hex(value);
	say("\n");
}
