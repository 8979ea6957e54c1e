/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the list of crash clients and the crash that runs them.
 */
#ifndef KERNEL_CRASH_ORDER_H
#define KERNEL_CRASH_ORDER_H

#include <linux/crash_clients.h>

/**
 * struct crash_turn - one client in the order
 * @client: the client
 * @stage:  when it runs
 */
struct crash_turn {
	struct crash_client *client;
	enum crash_stage stage;
};

/**
 * struct crash_order - who runs, in this order
 * @nr:	    entries of @turn in use
 * @by_user: the user has said where kdump runs
 * @turn:   the clients, live ones first
 */
struct crash_order {
	unsigned int nr;
	bool by_user;
	struct crash_turn turn[CRASH_CLIENTS_MAX];
};

void crash_prepare(struct crash_order *to);

#endif /* KERNEL_CRASH_ORDER_H */
