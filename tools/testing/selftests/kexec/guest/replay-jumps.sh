# SPDX-License-Identifier: GPL-2.0-only
#
# The line of a script that loads the next kernel and jumps into it.

export PATH=/sbin:/bin extra=--no-sync BUSY=1
jump=$(parameter kx.jump)
line=/replay/lines/$jump

plan 1
equal "before $(cat "$line/name")" "$(echo $(cat /proc/cmdline))" "$(cat "$line/words")"
cd /replay || finish
bash -c "$(cat "$line/line")" >/run/said 2>&1
sleep 20
say "not ok - $(cat "$line/name") # it came back: $(tail -n 3 /run/said | tr '\n' ' ')"
