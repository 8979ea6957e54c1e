// SPDX-License-Identifier: GPL-2.0-only
/* Who keeps a privilege from this process for good: a container, or the service it belongs to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "system.h"

/* PROC_PID_INIT_INO of include/linux/proc_ns.h, which never changes */
#define FIRST_PID_NAMESPACE	"pid:[4026531836]"
#define PID_NAMESPACE		"/proc/self/ns/pid"

#define USER_MAP		"/proc/self/uid_map"

static bool is_there(const char *path)
{
	FILE *f = fopen(path, "re");

	if (f)
		fclose(f);
	return f;
}

/**
 * in_user_namespace() - is this one that a container has made?
 *
 * Return: true if so: the initial one maps every ID to itself, and a new one none at all.
 */
bool in_user_namespace(void)
{
	unsigned long inside, outside, length;
	char map[128];

	if (!read_word(USER_MAP, map, sizeof(map)))
		return is_there(USER_MAP);
	return sscanf(map, "%lu %lu %lu", &inside, &outside, &length) == 3 &&
	       (inside || outside || length != 0xffffffff);
}

static bool own_pid_namespace(void)
{
	char name[64] = "";

	return readlink(PID_NAMESPACE, name, sizeof(name) - 1) > 0 &&
	       strcmp(name, FIRST_PID_NAMESPACE);
}

/* systemd(1): container managers tell init what they are in its environment. */
static bool told_to_init(char *name, size_t size)
{
	static const char variable[] = "container=";
	FILE *f = fopen("/proc/1/environ", "re");
	char *entry = NULL;
	bool found = false;
	size_t room = 0;

	while (f && !found && getdelim(&entry, &room, '\0', f) > 0) {
		found = !strncmp(entry, variable, strlen(variable));
		if (found)
			snprintf(name, size, "%s", entry + strlen(variable));
	}
	free(entry);
	if (f)
		fclose(f);
	return found;
}

/* What container managers leave behind; the first two name themselves. */
static bool tell_manager(struct kexec_error *error)
{
	char name[64];

	if (read_word("/run/systemd/container", name, sizeof(name)))
		error_evidence(error, "/run/systemd/container: %s", name);
	else if (told_to_init(name, sizeof(name)))
		error_evidence(error, "/proc/1/environ: container=%s", name);
	else if (is_there("/.dockerenv"))
		error_evidence(error, "/.dockerenv: is there");
	else if (is_there("/run/.containerenv"))
		error_evidence(error, "/run/.containerenv: is there");
	else
		return false;
	return true;
}

/**
 * tell_container() - say what shows that this is a container
 * @error: where to
 *
 * Return: false if nothing does.
 */
bool tell_container(struct kexec_error *error)
{
	bool users = in_user_namespace(), processes = own_pid_namespace();

	if (users)
		error_evidence(error, USER_MAP ": this is a user namespace of its own");
	if (processes)
		error_evidence(error, PID_NAMESPACE ": this is a PID namespace of its own");
	return tell_manager(error) || users || processes;
}

/* cgroups(7): "0::/system.slice/a.service", and "1:name=systemd:/..." beside version 1. */
static bool is_path(const char *line, char *path)
{
	return sscanf(line, "%*u::%255[^\n]", path) == 1 ||
	       sscanf(line, "%*u:name=systemd:%255[^\n]", path) == 1;
}

/* The innermost unit: services of a user are below one of the system. */
static bool last_service(char *path, char *name, size_t size)
{
	static const char suffix[] = ".service";
	char *rest, *part = strtok_r(path, "/", &rest);
	bool found = false;
	size_t length;

	for (; part; part = strtok_r(NULL, "/", &rest)) {
		length = strlen(part);
		if (length <= strlen(suffix) ||
		    strcmp(part + length - strlen(suffix), suffix))
			continue;
		snprintf(name, size, "%s", part);
		found = true;
	}
	return found;
}

/**
 * service_name() - which service this process belongs to
 * @name: set to its unit
 * @size: room there
 *
 * Return: false if it belongs to none, or that cannot be seen.
 */
bool service_name(char *name, size_t size)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[512], path[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = is_path(line, path) && last_service(path, name, size);
	if (f)
		fclose(f);
	return found;
}
