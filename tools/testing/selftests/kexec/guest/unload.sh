# SPDX-License-Identifier: GPL-2.0-only
#
# Loads, unloads and loads again before the jump.

plan 7
facts
check "unload with nothing loaded" $TOOL $HOW -u
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
check "unload" $TOOL $HOW -u
equal "nothing counts as loaded" "$(loaded)" 0
check "load again" load -l
check "load over the loaded image" load -l
jump
