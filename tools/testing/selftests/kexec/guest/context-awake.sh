# SPDX-License-Identifier: GPL-2.0-only
#
# A jump into an image that comes back fails because devices do not go to sleep.  This process
# makes it, as the only one.

exec kexec_selftest awake >$TAP
