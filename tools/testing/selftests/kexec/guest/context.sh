# SPDX-License-Identifier: GPL-2.0-only
#
# Jumps into an image that comes back.

selftest context 2
