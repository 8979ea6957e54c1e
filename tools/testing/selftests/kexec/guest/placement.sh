# SPDX-License-Identifier: GPL-2.0-only
#
# Loads, tells how much of the image is placed, and jumps.

. /lib/placed.sh

plan 1
facts
check "load" load -l
facts_of_placement
jump
